"""Channels, and the SMS gateway before a real server: what may have gone out, and what not."""

import contextlib
import json
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core import mail

from schools.channels import (
    ConsoleChannel,
    EmailChannel,
    FileChannel,
    Gateway,
    Message,
    NoChannel,
    Outcome,
    SmsChannel,
    notice_channel,
)

MESSAGE = Message(
    to="17000001234", text="请点开：https://r.example/n/abc", subject="通知",
    values={"link": "https://r.example/n/abc", "school": "中心小学", "writer": "叶班主"},
)  # fmt: skip


class Gate(BaseHTTPRequestHandler):
    """Answers as its server was told, and remembers what it was asked."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        self.server.asked.append((self.command, self.path, dict(self.headers), body))
        with contextlib.suppress(OSError):  # the other side has hung up
            self.server.answer(self)

    do_GET = do_PUT = do_POST

    def say(self, status, body=b"", **headers):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def server():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Gate)
    server.daemon_threads, server.block_on_close = True, False
    server.asked = []
    server.answer = lambda gate: gate.say(200, b'{"code": 0}')
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def sms(server, **gateway):
    url = f"http://127.0.0.1:{server.server_port}/send?app=1"
    told = {"url": url, "success": r'"code":\s*0', "timeout": 2, "fields": {
        "mobile": "{phone}", "params": ["{writer}", "{link}"],
    }} | gateway  # fmt: skip
    return SmsChannel(Gateway(**told))


def test_the_gateway_is_asked_as_the_settings_say(server):
    channel = sms(server, headers={"Authorization": "Bearer secret"})

    receipt = channel.send(MESSAGE)

    assert receipt.outcome == Outcome.ACCEPTED
    ((method, path, headers, body),) = server.asked
    assert (method, path) == ("POST", "/send?app=1")
    assert headers["Authorization"] == "Bearer secret"
    assert json.loads(body) == {
        "mobile": "17000001234", "params": ["叶班主", "https://r.example/n/abc"]
    }  # fmt: skip


@pytest.mark.parametrize(("form", "method"), [("form", "POST"), ("query", "GET"), ("form", "PUT")])
def test_fields_go_as_a_form_or_in_the_address(server, form, method):
    fields = {"phone": "{phone}", "content": "{text}"}

    receipt = sms(server, format=form, method=method, fields=fields).send(MESSAGE)

    assert receipt.outcome == Outcome.ACCEPTED
    ((asked, path, _headers, body),) = server.asked
    told = parse_qs(body if form == "form" else urlsplit(path).query)
    assert asked == method
    assert told["phone"] == ["17000001234"]
    assert told["content"] == [MESSAGE.text]


def test_values_with_braces_are_not_filled_a_second_time(server):
    message = Message(to="1", text="{phone} {x}", values={"writer": "{text}", "link": ""})

    sms(server).send(message)

    assert json.loads(server.asked[0][3])["params"] == ["{text}", ""]


def drip(gate):
    gate.send_response(200)
    gate.end_headers()
    for _number in range(100):
        gate.wfile.write(b"x")
        gate.wfile.flush()
        time.sleep(0.1)


def hang_up(gate):
    gate.connection.shutdown(socket.SHUT_RDWR)


@pytest.mark.parametrize(
    ("answer", "outcome", "code"),
    [
        (lambda gate: gate.say(200, b'{"code": 7}'), Outcome.UNKNOWN, "NOT_UNDERSTOOD"),
        (lambda gate: gate.say(200, b"<html>maintenance"), Outcome.UNKNOWN, "NOT_UNDERSTOOD"),
        (lambda gate: gate.say(200, b"\xff\xfe\x00" * 50_000), Outcome.UNKNOWN, "NOT_UNDERSTOOD"),
        (lambda gate: gate.say(200), Outcome.UNKNOWN, "NOT_UNDERSTOOD"),
        (lambda gate: gate.say(500, b'{"code": 0}'), Outcome.UNKNOWN, "HTTP_500"),
        (lambda gate: gate.say(502), Outcome.UNKNOWN, "HTTP_502"),
        (lambda gate: gate.say(503), Outcome.RETRY, "HTTP_503"),
        (lambda gate: gate.say(429), Outcome.RETRY, "HTTP_429"),
        (lambda gate: gate.say(400), Outcome.REFUSED, "HTTP_400"),
        (lambda gate: gate.say(302, Location="http://10.0.0.1/"), Outcome.REFUSED, "HTTP_302"),
        (lambda gate: gate.wfile.write(b"garbage\r\n\r\n"), Outcome.UNKNOWN, "NOT_UNDERSTOOD"),
        (
            lambda gate: gate.say(200, b"", **{"Transfer-Encoding": "chunked"}),
            Outcome.UNKNOWN,
            None,
        ),
        (hang_up, Outcome.UNKNOWN, "NOT_UNDERSTOOD"),
    ],
)
def test_what_the_gateway_answers_tells_whether_it_may_be_tried_again(
    server, answer, outcome, code
):
    server.answer = answer

    receipt = sms(server).send(MESSAGE)

    assert receipt.outcome == outcome
    assert code is None or receipt.code == code
    assert len(server.asked) == 1  # never twice by itself, and no redirect is followed


@pytest.mark.parametrize("answer", [lambda gate: time.sleep(3), drip])
def test_one_that_is_too_slow_may_have_sent(server, answer):
    server.answer = answer

    receipt = sms(server, timeout=0.4).send(MESSAGE)

    assert (receipt.outcome, receipt.code) == (Outcome.UNKNOWN, "TIMEOUT")


def test_one_that_is_not_there_has_certainly_not_sent():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    for url in (f"http://127.0.0.1:{port}/", f"https://127.0.0.1:{port}/"):
        receipt = SmsChannel(Gateway(url=url, timeout=1)).send(MESSAGE)
        assert (receipt.outcome, receipt.code) == (Outcome.RETRY, "UNREACHABLE")


def test_a_gateway_that_speaks_no_tls_is_told_nothing(server):
    receipt = SmsChannel(Gateway(url=f"https://127.0.0.1:{server.server_port}/", timeout=1)).send(
        MESSAGE
    )

    assert receipt.outcome == Outcome.RETRY
    assert server.asked == []


def test_mail_goes_through_django_and_a_dead_server_is_no_error(settings):
    assert EmailChannel().send(Message("a@example.org", "x", "y")).outcome == Outcome.ACCEPTED
    assert mail.outbox[0].to == ["a@example.org"]

    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1

    assert EmailChannel().send(Message("a@example.org", "x", "y")).outcome == Outcome.UNKNOWN


def test_console_and_file_keep_the_message_for_the_developer(capsys, tmp_path):
    ConsoleChannel().send(MESSAGE)
    for _twice in range(2):
        FileChannel(tmp_path / "new" / "messages").send(MESSAGE)

    assert MESSAGE.text in capsys.readouterr().out
    lines = (tmp_path / "new" / "messages").read_text().splitlines()
    assert [json.loads(line)["to"] for line in lines] == ["17000001234"] * 2


@pytest.mark.parametrize(
    ("name", "kind"),
    [("console", ConsoleChannel), ("file", FileChannel), ("sms", SmsChannel), ("", NoChannel)],
)
def test_the_setting_names_the_channel(settings, name, kind):
    settings.NOTICE_CHANNEL = name
    settings.SMS_GATEWAY = settings.SMS_GATEWAY | {"url": "http://127.0.0.1/"}

    assert type(notice_channel()) is kind

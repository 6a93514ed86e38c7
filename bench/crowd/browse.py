"""They browse: `python -m bench.crowd.browse PORT SECONDS COOKIES FILE`.

Each reads its home, a list, a file of that list and what is due, as people do: with time to think
between two pages. Only the standard library, so that asking costs little beside answering.
"""

import json
import random
import re
import sys
import threading
import time
from http.client import HTTPConnection
from pathlib import Path

THINK = (4.0, 12.0)  # seconds between two pages of one person
WARM_UP = 20  # seconds at the beginning that are not told: the server has just started
FILE = re.compile(r'href="(/children/\d[^/"]*/)')
PUPIL = re.compile(r'href="(/schools/\d[^/"]*/)"')
DAY = {
    "village": ["/", "/children/", FILE, "/children/due/", FILE, "/children/"],
    "township": ["/", "/children/", FILE, "/children/due/", "/children/due/?part=overdue", FILE],
    "county": ["/", "/picture/", "/picture/following/", "/children/", FILE, "/children/due/"],
    "helper": ["/", "/schools/paired/", PUPIL, "/schools/paired/", PUPIL],
    "lead": ["/", "/schools/group/", "/schools/overdue/", "/schools/paired/"],
}


class Person(threading.Thread):
    """One user with one connection; `taken` holds (kind of page, seconds, status)."""

    def __init__(self, number: int, kind: str, cookie: str, port: int, until: float) -> None:
        super().__init__(daemon=True)
        self.chance, self.kind, self.cookie = random.Random(number), kind, cookie
        self.port, self.until = port, until
        self.counted_from = time.monotonic() + WARM_UP
        self.taken: list[tuple[str, float, int]] = []

    def run(self) -> None:
        time.sleep(self.chance.uniform(0, THINK[1]))  # they do not all arrive at once
        page, step = "", 0
        while time.monotonic() < self.until:
            wish = DAY[self.kind][step % len(DAY[self.kind])]
            step += 1
            if isinstance(wish, str):
                page = self.ask(f"home, {self.kind}" if wish == "/" else wish, wish)
            elif known := wish.findall(page):
                self.ask("a child's file", self.chance.choice(known))
            time.sleep(self.chance.uniform(*THINK))

    def ask(self, name: str, address: str) -> str:
        start = time.monotonic()
        headers = {"Cookie": self.cookie, "Accept-Language": "zh-hans"}
        try:
            connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
            connection.request("GET", address, headers=headers)
            answer = connection.getresponse()
            text, status = answer.read().decode(errors="replace"), answer.status
            connection.close()
        except OSError:
            text, status = "", 0
        if start > self.counted_from:
            self.taken.append((name, time.monotonic() - start, status))
        return text


def main() -> None:
    port, seconds, cookies, target = sys.argv[1:]
    until = time.monotonic() + WARM_UP + float(seconds)
    people = [
        Person(number, one["kind"], one["cookie"], int(port), until)
        for number, one in enumerate(json.loads(Path(cookies).read_text()))
    ]
    for person in people:
        person.start()
    for person in people:
        person.join()
    Path(target).write_text(json.dumps([taken for person in people for taken in person.taken]))


if __name__ == "__main__":
    main()

"""A list sent through the pages, as an officer of the county sends it, and its jobs run."""

from django.urls import reverse

from exchange import jobs
from exchange.models import ListUpload
from tests.asking import text_of
from tests.exchange.lists import BORN, number
from tests.exchange.reading import writing

HEAD = ["序号", "姓名", "性别", "身份证号", "出生日期", "乡镇", "村", "监护人姓名", "备注说明"]
GOOD = [1, "张小三", "男", number(1), BORN, "千岛湖镇", "大源村", "李大娘", "=1+1"]
BAD = [2, "李小四", "女", number(4)[:17], BORN, "千岛湖镇", "大源村", "=李大", "=1+1"]


def send(client, path, kind="register", page="upload_add"):
    with path.open("rb") as file:
        answer = client.post(reverse(f"exchange:{page}"), {"kind": kind, "file": file})
    assert answer.status_code == 302, text_of(answer)
    row = ListUpload.objects.latest("pk")
    jobs.read_list_upload(upload_id=row.pk)
    row.refresh_from_db()
    return row


def at(name, row):
    return reverse(f"exchange:{name}", args=[row.pk])


def confirm(client, row, **said):
    fields = {
        f"c{n}_{one['column']}": one["key"]
        for n, sheet in enumerate(row.sheets)
        for one in sheet["columns"]
    }
    client.post(at("upload_check", row), fields | said)
    jobs.check_list_upload(upload_id=row.pk)
    row.refresh_from_db()
    return row


def take_in(client, row):
    client.post(at("upload_take_in", row))
    jobs.take_in_list_upload(upload_id=row.pk)
    row.refresh_from_db()
    return row


def sheet(tmp_path, *rows, name="list.xlsx", write=writing.xlsx):
    return write(tmp_path / name, [["困境儿童台账"], HEAD, *rows])

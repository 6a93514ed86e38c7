"""Texts that a spreadsheet has to hold as they are."""

HEAD = ["姓名", "a & b", "<c>"]
TEXTS = [
    ["曾小明", "990101201603010026", "0012"],
    ["", "", ""],
    ["张<&>\"'三", " 前后 ", "两\n行"],
    ["100 %s", "#1", "\U00020bb7"],
    ["_x0041_", "1;2", "\u3000"],
]  # fmt: skip

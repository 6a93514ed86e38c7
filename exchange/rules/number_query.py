"""On what ground numbers are asked about, until the county writes its own beside the list.

Departments answer queries about prison and compulsory rehabilitation and give no list: notice of
thirteen departments of 2023 (domain reference 10); de facto unattended children, 民发〔2020〕125号.
"""

LEGAL_GROUND = "民发〔2020〕125号；《未成年人保护法》第九条"

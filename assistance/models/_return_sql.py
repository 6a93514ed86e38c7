"""SQL that takes an answer of the bank: what each row means for the run, and what it changes."""

TABLE = """
CREATE TEMPORARY TABLE answer_rows (
    number int, reference bigint, is_paid boolean, amount numeric, account bytea, reason text,
    day date
) ON COMMIT DROP
"""

ADD = "COPY answer_rows (number, reference, is_paid, amount, account, reason, day) FROM STDIN"

# The planner may think that no line was ever written; rows are not compared one with each other
# then either. Accounts are looked up where the bank names them.
APART, TOGETHER = "SET LOCAL enable_nestloop = off", "SET LOCAL enable_nestloop = on"

# What a row means: why it is not taken, SAME for what was told before, or NEW.
JUDGE = """
CREATE TEMPORARY TABLE answer_meant ON COMMIT DROP AS
SELECT a.number, a.reference, a.is_paid, a.reason, a.day,
    CASE
    WHEN l.id IS NULL THEN 'UNKNOWN'
    WHEN count(*) OVER (PARTITION BY a.reference) > 1 THEN 'DOUBLED'
    WHEN a.is_paid IS NULL THEN 'RESULT'
    WHEN a.amount IS NOT NULL AND a.amount <> l.amount THEN 'AMOUNT'
    WHEN a.account IS NOT NULL AND a.account <> (
        SELECT c.account_number_hash FROM assistance_paymentaccount c WHERE c.id = l.account_id)
    THEN 'ACCOUNT'
    WHEN l.state = 'PENDING' THEN 'NEW'
    WHEN a.is_paid AND l.state = 'PAID' THEN 'SAME'
    WHEN NOT a.is_paid AND l.failed_on IS NOT NULL THEN 'SAME'
    ELSE 'DECIDED' END AS meaning
FROM answer_rows a
LEFT JOIN assistance_paymentline l
    ON l.id = a.reference AND l.run_id = %(run)s AND l.kind <> 'RECOVERY'
    AND l.state <> 'HELD'
    AND (l.state NOT IN ('REISSUED', 'CANCELLED') OR l.failed_on IS NOT NULL)
"""

# Why a reference is unknown: most often the file is of another run.
ELSEWHERE = """
UPDATE answer_meant a SET meaning = 'OTHER_RUN' FROM assistance_paymentline l
WHERE a.meaning = 'UNKNOWN' AND l.id = a.reference AND l.run_id <> %(run)s
"""

# Rows, and those that mean a payment of this run.
FITTING = """
SELECT count(*), count(*) FILTER (WHERE meaning NOT IN ('UNKNOWN', 'OTHER_RUN')) FROM answer_meant
"""

# The run that most rows are of.
WHOSE = """
SELECT l.run_id FROM answer_meant a JOIN assistance_paymentline l ON l.id = a.reference
WHERE a.meaning = 'OTHER_RUN' GROUP BY l.run_id ORDER BY count(*) DESC, l.run_id LIMIT 1
"""

TAKE = """
WITH taken AS (
    UPDATE assistance_paymentline l SET
        state = CASE WHEN a.is_paid THEN 'PAID' ELSE 'FAILED' END,
        paid_on = CASE WHEN a.is_paid THEN coalesce(a.day, %(today)s) END,
        failed_on = CASE WHEN NOT a.is_paid THEN coalesce(a.day, %(today)s) END,
        reason = CASE WHEN a.is_paid THEN '' ELSE a.reason END,
        act_by = CASE WHEN NOT a.is_paid AND a.reason <> ALL(%(of_the_bank)s) THEN %(act_by)s::date
                 END,
        retry_at = CASE WHEN NOT a.is_paid AND a.reason = ANY(%(of_the_bank)s)
                   THEN %(now)s::timestamptz END
    FROM answer_meant a
    WHERE a.reference = l.id AND a.meaning = 'NEW' AND l.run_id = %(run)s
    RETURNING {line_columns}),
told AS (
    INSERT INTO {history} ({columns}, history_date, history_type, history_user_id)
    SELECT {columns}, %(now)s, '~', %(by)s FROM taken)
SELECT count(*) FILTER (WHERE state = 'PAID'),
       coalesce(sum(amount) FILTER (WHERE state = 'PAID'), 0),
       count(*) FILTER (WHERE state = 'FAILED'),
       coalesce(sum(amount) FILTER (WHERE state = 'FAILED'), 0)
FROM taken
"""

REJECT = """
INSERT INTO assistance_bankreject (answer_id, number, reference, reason)
SELECT %(answer)s, number, reference, meaning FROM answer_meant
WHERE meaning NOT IN ('NEW', 'SAME') ORDER BY number
"""

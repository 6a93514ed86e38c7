"""What the database itself answers about a notice, past row security.

`registry_guardians_page`: the only way by which a stranger's request reaches a notice. It takes
the hash of the link and those of the number (one for each key in use), counts tries, and gives at
most one row: what the page shows. Without both it gives none, whatever the reason. Of a notice
that was withdrawn it tells who wrote it and nothing else, and writes nothing but the try. The
times tried are counted under a lock for the address and one for the delivery, so that many at
once do not get more tries.
"""

from schools.rules.notice import MAY_CONSENT

GUARDIANS_PAGE = """
CREATE OR REPLACE FUNCTION registry_guardians_page(
    link bytea, numbers bytea[], address bytea, at timestamptz, today date,
    most_of_link integer, most_of_address integer,
    act text, reply text, words text
) RETURNS TABLE (
    child_name text, school_name text, writer_name text, language text, subject text, body text,
    asks_answer boolean, written_at timestamptz, state text, answer text, answer_text text
) LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
#variable_conflict use_column
DECLARE
    found_id bigint;
    found_child bigint;
    is_right boolean := false;
    was_state text;
    was_withdrawn boolean;
    columns text;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended(encode(address, 'hex'), 20260101));
    IF (SELECT count(*) FROM (
            SELECT 1 FROM schools_noticetry t
            WHERE t.address_hash = address AND NOT t.is_right AND t.at > $4 - interval '1 hour'
            LIMIT most_of_address) AS wrong) >= most_of_address THEN
        RETURN;
    END IF;
    SELECT d.id, d.child_id, d.state INTO found_id, found_child, was_state
      FROM schools_noticedelivery d WHERE d.link_hash = link FOR NO KEY UPDATE;
    IF found_id IS NOT NULL THEN
        SELECT c.code_hash = ANY (numbers)
               AND d.link_ends_at > $4
               AND d.state <> 'STOPPED'
               AND NOT g.do_not_notify
               AND g.guardian_id = d.guardian_id
               AND (n.kind <> 'CONSENT' OR g.kind IN ({consents}))
               AND k.merged_into_id IS NULL
               AND g.starts_on <= today AND (g.ends_on IS NULL OR g.ends_on >= today)
               AND NOT registry_is_withheld(d.child_id, d.guardian_id)
               -- Not to whoever stood there before the record was written over with somebody else.
               AND NOT EXISTS (
                    SELECT FROM (SELECT h.name FROM children_historicalguardian h
                                 WHERE h.id = d.guardian_id
                                   AND h.history_date <= coalesce(d.sent_at, d.claimed_at)
                                 ORDER BY h.history_date DESC, h.history_id DESC LIMIT 1) sent_to
                    JOIN children_guardian p ON p.id = d.guardian_id
                    WHERE p.name <> sent_to.name)
               AND (SELECT count(*) FROM schools_noticetry t
                    WHERE t.delivery_id = d.id AND NOT t.is_right
                      AND t.at >= coalesce(d.sent_at, d.claimed_at, '-infinity')) < most_of_link
          INTO is_right
          FROM schools_noticedelivery d
          JOIN children_guardianship g ON g.id = d.guardianship_id
          JOIN children_child k ON k.id = d.child_id
          JOIN schools_notice n ON n.id = d.notice_id
          LEFT JOIN schools_noticecode c ON c.guardian_id = d.guardian_id
         WHERE d.id = found_id;
    END IF;
    is_right := coalesce(is_right, false);
    IF NOT is_right OR act = 'OPEN' THEN
        INSERT INTO schools_noticetry (at, child_id, delivery_id, address_hash, is_right)
        VALUES ($4, found_child, found_id, address, is_right);
    END IF;
    IF NOT is_right THEN
        RETURN;
    END IF;
    SELECT n.withdrawn_at IS NOT NULL INTO was_withdrawn
      FROM schools_noticedelivery d JOIN schools_notice n ON n.id = d.notice_id
     WHERE d.id = found_id;
    IF was_withdrawn THEN
        RETURN QUERY
            SELECT ''::text, coalesce(o.name, '')::text, u.full_name::text, n.language::text,
                   ''::text, ''::text, false, n.written_at, 'WITHDRAWN'::text, ''::text, ''::text
              FROM schools_noticedelivery d
              JOIN schools_notice n ON n.id = d.notice_id
              JOIN accounts_posting p ON p.id = n.writer_id
              JOIN accounts_user u ON u.id = p.user_id
              LEFT JOIN accounts_organisation o ON o.id = p.organisation_id
             WHERE d.id = found_id;
        RETURN;
    END IF;
    IF act = 'READ' AND was_state NOT IN ('READ', 'ANSWERED')
       OR act = 'ANSWER' AND was_state <> 'ANSWERED'
       OR act = 'OPEN' AND EXISTS (SELECT 1 FROM schools_noticedelivery d
                                   WHERE d.id = found_id AND d.opened_at IS NULL) THEN
        UPDATE schools_noticedelivery d
           SET opened_at = coalesce(d.opened_at, $4),
               read_at = CASE WHEN act = 'OPEN' THEN d.read_at ELSE coalesce(d.read_at, $4) END,
               state = CASE act WHEN 'READ' THEN 'READ' WHEN 'ANSWER' THEN 'ANSWERED'
                       ELSE d.state END,
               answered_at = CASE act WHEN 'ANSWER' THEN $4 ELSE d.answered_at END,
               answer = CASE act WHEN 'ANSWER' THEN reply ELSE d.answer END,
               answer_text = CASE act WHEN 'ANSWER' THEN words ELSE d.answer_text END,
               version = d.version + 1,
               updated_at = $4
         WHERE d.id = found_id;
        SELECT string_agg(quote_ident(a.attname), ', ') INTO columns
          FROM pg_attribute a JOIN pg_attribute h ON h.attname = a.attname
         WHERE a.attrelid = 'schools_noticedelivery'::regclass
           AND h.attrelid = 'schools_historicalnoticedelivery'::regclass
           AND a.attnum > 0 AND h.attnum > 0 AND NOT a.attisdropped AND NOT h.attisdropped;
        EXECUTE format(
            'INSERT INTO schools_historicalnoticedelivery'
            ' (%1$s, history_date, history_type, history_change_reason)'
            ' SELECT %1$s, $1, ''~'', ''guardian'' FROM schools_noticedelivery WHERE id = $2',
            columns) USING $4, found_id;
    END IF;
    RETURN QUERY
        SELECT k.name::text, coalesce(o.name, '')::text, u.full_name::text, n.language::text,
               n.subject::text, n.body::text, n.asks_answer, n.written_at, d.state::text,
               d.answer::text, d.answer_text::text
          FROM schools_noticedelivery d
          JOIN schools_notice n ON n.id = d.notice_id
          JOIN children_child k ON k.id = d.child_id
          JOIN accounts_posting p ON p.id = n.writer_id
          JOIN accounts_user u ON u.id = p.user_id
          LEFT JOIN accounts_organisation o ON o.id = p.organisation_id
         WHERE d.id = found_id;
END $$;
""".replace("{consents}", ", ".join(f"'{kind}'" for kind in sorted(MAY_CONSENT)))

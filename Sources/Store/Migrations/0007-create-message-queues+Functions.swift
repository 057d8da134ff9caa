extension Migration {
    /// The functions of `0007-create-message-queues`, in the shape of pgmq 1.5.
    ///
    /// `send` tells the station's waiters only when nothing older is waiting: a consumer that has something to read looks
    /// again by itself, and a notice has its price at every commit. What stands before the colon is the sender of a notice,
    /// nobody here, so that every daemon listens. Which messages are taken is a subquery that makes an
    /// array, and not a join: a plan that does not know the limit would join by reading the whole table.
    static let postgresMessageFunctions = """
        CREATE FUNCTION cmq.ns(moment timestamptz) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE
        AS $$ SELECT (extract(epoch FROM moment) * 1000000)::bigint * 1000 $$;
        CREATE FUNCTION cmq.moment(ns bigint) RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE
        AS $$ SELECT timestamptz 'epoch' + (ns / 1000) * interval '1 microsecond' $$;
        CREATE FUNCTION cmq.sequence_name(queue_name text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
        AS $$ SELECT format('cmq.%I', 'q_' || queue_name || '_msg_id_seq') $$;

        CREATE FUNCTION cmq.require_queue(queue_name text) RETURNS void LANGUAGE plpgsql STABLE AS $$
        BEGIN
            IF NOT EXISTS (SELECT FROM cmq.queue q WHERE q.name = queue_name) THEN
                RAISE EXCEPTION 'queue "%" does not exist', queue_name
                    USING ERRCODE = 'undefined_object', HINT = 'Create it with cmq.create(''' || queue_name || ''').';
            END IF;
        END $$;

        CREATE FUNCTION cmq.validate_queue_name(queue_name text) RETURNS void LANGUAGE plpgsql IMMUTABLE AS $$
        BEGIN
            IF queue_name IS NULL OR queue_name !~ '^[a-z][-a-z0-9_]{0,46}$' THEN
                RAISE EXCEPTION 'queue name "%" is not valid', queue_name
                    USING ERRCODE = 'invalid_name',
                    HINT = 'Lower-case letters, digits, - and _, beginning with a letter, at most 47 bytes.';
            END IF;
        END $$;

        CREATE FUNCTION cmq.create(queue_name text) RETURNS void LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM cmq.validate_queue_name(queue_name);
            INSERT INTO cmq.queue VALUES (queue_name, cmq.ns(clock_timestamp())) ON CONFLICT DO NOTHING;
            IF FOUND THEN
                EXECUTE format('CREATE SEQUENCE cmq.%I', 'q_' || queue_name || '_msg_id_seq');
            END IF;
        END $$;

        CREATE FUNCTION cmq.drop_queue(queue_name text) RETURNS boolean LANGUAGE plpgsql AS $$
        BEGIN
            DELETE FROM cmq.queue q WHERE q.name = queue_name;
            IF NOT FOUND THEN RETURN false; END IF;
            -- Waits for those who are sending, so that the messages they leave are seen below.
            EXECUTE format('DROP SEQUENCE cmq.%I', 'q_' || queue_name || '_msg_id_seq');
            DELETE FROM cmq.message m WHERE m.queue = queue_name;
            DELETE FROM cmq.archive a WHERE a.queue = queue_name;
            RETURN true;
        END $$;

        CREATE FUNCTION cmq.list_queues() RETURNS SETOF cmq.queue_record LANGUAGE sql STABLE AS $$
            SELECT q.name::varchar, false, false, cmq.moment(q.created_at) FROM cmq.queue q ORDER BY q.name
        $$;

        """ + sending + taking + removing + measuring + """
            DO $$ BEGIN
                PERFORM cmq.create(name)
                FROM unnest(ARRAY['ingest_indicators', 'compute_signals', 'compute_winrate']) AS name;
            END $$;

            """

    private static let sending = """
        CREATE FUNCTION cmq.earliest_vt(queue_name text) RETURNS bigint LANGUAGE plpgsql STABLE AS $$
        BEGIN
            RETURN (SELECT m.vt FROM cmq.message m WHERE m.queue = queue_name ORDER BY m.vt LIMIT 1);
        END $$;

        CREATE FUNCTION cmq.send_batch(queue_name text, msgs jsonb[], headers jsonb[], delay timestamptz)
        RETURNS SETOF bigint LANGUAGE plpgsql AS $$
        #variable_conflict use_column
        DECLARE
            sequence_name text := cmq.sequence_name(queue_name);
            now_ns bigint := cmq.ns(clock_timestamp());
            is_idle boolean;
        BEGIN
            PERFORM cmq.require_queue(queue_name);
            IF send_batch.headers IS NOT NULL AND cardinality(send_batch.headers) <> cardinality(msgs) THEN
                RAISE EXCEPTION 'as many headers as messages are needed' USING ERRCODE = 'invalid_parameter_value';
            END IF;
            is_idle := NOT coalesce(cmq.earliest_vt(queue_name) <= now_ns, false);
            RETURN QUERY INSERT INTO cmq.message AS m (queue, msg_id, enqueued_at, vt, body, headers)
                SELECT send_batch.queue_name, nextval(sequence_name::regclass), now_ns,
                    greatest(cmq.ns(delay), now_ns), each.body, each.headers
                FROM (
                    SELECT u.body, u.headers FROM unnest(msgs, send_batch.headers) WITH ORDINALITY
                        AS u (body, headers, place) ORDER BY u.place
                ) AS each
                RETURNING m.msg_id;
            IF is_idle THEN
                PERFORM pg_notify('cryptocall', ':messages/' || send_batch.queue_name);
            END IF;
        END $$;
        CREATE FUNCTION cmq.send_batch(queue_name text, msgs jsonb[], headers jsonb[], delay integer)
        RETURNS SETOF bigint LANGUAGE sql
        AS $$ SELECT * FROM cmq.send_batch($1, $2, $3, clock_timestamp() + make_interval(secs => $4)) $$;
        CREATE FUNCTION cmq.send_batch(queue_name text, msgs jsonb[]) RETURNS SETOF bigint LANGUAGE sql
        AS $$ SELECT * FROM cmq.send_batch($1, $2, NULL::jsonb[], clock_timestamp()) $$;
        CREATE FUNCTION cmq.send_batch(queue_name text, msgs jsonb[], headers jsonb[])
        RETURNS SETOF bigint LANGUAGE sql
        AS $$ SELECT * FROM cmq.send_batch($1, $2, $3, clock_timestamp()) $$;
        CREATE FUNCTION cmq.send_batch(queue_name text, msgs jsonb[], delay integer)
        RETURNS SETOF bigint LANGUAGE sql
        AS $$ SELECT * FROM cmq.send_batch($1, $2, NULL::jsonb[], clock_timestamp() + make_interval(secs => $3)) $$;
        CREATE FUNCTION cmq.send_batch(queue_name text, msgs jsonb[], delay timestamptz)
        RETURNS SETOF bigint LANGUAGE sql
        AS $$ SELECT * FROM cmq.send_batch($1, $2, NULL::jsonb[], $3) $$;

        CREATE FUNCTION cmq.send(queue_name text, msg jsonb, headers jsonb, delay timestamptz)
        RETURNS SETOF bigint LANGUAGE plpgsql AS $$
        #variable_conflict use_column
        DECLARE
            now_ns bigint := cmq.ns(clock_timestamp());
            is_idle boolean;
        BEGIN
            PERFORM cmq.require_queue(queue_name);
            is_idle := NOT coalesce(cmq.earliest_vt(queue_name) <= now_ns, false);
            RETURN QUERY INSERT INTO cmq.message AS m (queue, msg_id, enqueued_at, vt, body, headers)
                VALUES (send.queue_name, nextval(cmq.sequence_name(send.queue_name)::regclass), now_ns,
                    greatest(cmq.ns(delay), now_ns), msg, send.headers)
                RETURNING m.msg_id;
            IF is_idle THEN
                PERFORM pg_notify('cryptocall', ':messages/' || send.queue_name);
            END IF;
        END $$;
        CREATE FUNCTION cmq.send(queue_name text, msg jsonb, headers jsonb, delay integer)
        RETURNS SETOF bigint LANGUAGE sql
        AS $$ SELECT * FROM cmq.send($1, $2, $3, clock_timestamp() + make_interval(secs => $4)) $$;
        CREATE FUNCTION cmq.send(queue_name text, msg jsonb) RETURNS SETOF bigint LANGUAGE sql
        AS $$ SELECT * FROM cmq.send($1, $2, NULL::jsonb, clock_timestamp()) $$;
        CREATE FUNCTION cmq.send(queue_name text, msg jsonb, headers jsonb) RETURNS SETOF bigint LANGUAGE sql
        AS $$ SELECT * FROM cmq.send($1, $2, $3, clock_timestamp()) $$;
        CREATE FUNCTION cmq.send(queue_name text, msg jsonb, delay integer) RETURNS SETOF bigint LANGUAGE sql
        AS $$ SELECT * FROM cmq.send($1, $2, NULL::jsonb, clock_timestamp() + make_interval(secs => $3)) $$;
        CREATE FUNCTION cmq.send(queue_name text, msg jsonb, delay timestamptz) RETURNS SETOF bigint LANGUAGE sql
        AS $$ SELECT * FROM cmq.send($1, $2, NULL::jsonb, $3) $$;

        """

    private static let taking = """
        CREATE FUNCTION cmq.read(queue_name text, vt integer, qty integer, conditional jsonb DEFAULT '{}')
        RETURNS SETOF cmq.message_record LANGUAGE plpgsql AS $$
        #variable_conflict use_column
        DECLARE
            now_ns bigint := cmq.ns(clock_timestamp());
        BEGIN
            PERFORM cmq.require_queue(queue_name);
            RETURN QUERY WITH taken AS (
                    UPDATE cmq.message m SET vt = now_ns + read.vt * 1000000000::bigint, read_ct = m.read_ct + 1
                    WHERE m.queue = read.queue_name AND m.msg_id = ANY (ARRAY(
                        SELECT v.msg_id FROM cmq.message v
                        WHERE v.queue = read.queue_name AND v.vt <= now_ns
                            AND (conditional = '{}' OR v.body @> conditional)
                        ORDER BY v.vt, v.msg_id LIMIT qty FOR UPDATE SKIP LOCKED
                    ))
                    RETURNING m.msg_id, m.read_ct, m.enqueued_at, m.vt, m.body, m.headers
                )
                SELECT t.msg_id, t.read_ct, cmq.moment(t.enqueued_at), cmq.moment(t.vt), t.body, t.headers
                FROM taken t ORDER BY t.msg_id;
        END $$;

        CREATE FUNCTION cmq.read_with_poll(
            queue_name text, vt integer, qty integer, max_poll_seconds integer DEFAULT 5,
            poll_interval_ms integer DEFAULT 100, conditional jsonb DEFAULT '{}'
        ) RETURNS SETOF cmq.message_record LANGUAGE plpgsql AS $$
        DECLARE
            stop_at timestamptz := clock_timestamp() + make_interval(secs => max_poll_seconds);
        BEGIN
            LOOP
                RETURN QUERY SELECT * FROM cmq.read(queue_name, read_with_poll.vt, qty, conditional);
                IF FOUND OR clock_timestamp() >= stop_at THEN RETURN; END IF;
                PERFORM pg_sleep(greatest(poll_interval_ms, 10) / 1000.0);
            END LOOP;
        END $$;

        CREATE FUNCTION cmq.pop(queue_name text, qty integer DEFAULT 1)
        RETURNS SETOF cmq.message_record LANGUAGE plpgsql AS $$
        #variable_conflict use_column
        DECLARE
            now_ns bigint := cmq.ns(clock_timestamp());
        BEGIN
            PERFORM cmq.require_queue(queue_name);
            RETURN QUERY WITH taken AS (
                    DELETE FROM cmq.message m
                    WHERE m.queue = pop.queue_name AND m.msg_id = ANY (ARRAY(
                        SELECT v.msg_id FROM cmq.message v WHERE v.queue = pop.queue_name AND v.vt <= now_ns
                        ORDER BY v.vt, v.msg_id LIMIT qty FOR UPDATE SKIP LOCKED
                    ))
                    RETURNING m.msg_id, m.read_ct, m.enqueued_at, m.vt, m.body, m.headers
                )
                SELECT t.msg_id, t.read_ct, cmq.moment(t.enqueued_at), cmq.moment(t.vt), t.body, t.headers
                FROM taken t ORDER BY t.msg_id;
        END $$;

        CREATE FUNCTION cmq.set_vt(queue_name text, msg_id bigint, vt timestamptz)
        RETURNS SETOF cmq.message_record LANGUAGE plpgsql AS $$
        #variable_conflict use_column
        BEGIN
            PERFORM cmq.require_queue(queue_name);
            RETURN QUERY UPDATE cmq.message m SET vt = cmq.ns(set_vt.vt)
                WHERE m.queue = set_vt.queue_name AND m.msg_id = set_vt.msg_id
                RETURNING m.msg_id, m.read_ct, cmq.moment(m.enqueued_at), cmq.moment(m.vt), m.body, m.headers;
        END $$;
        CREATE FUNCTION cmq.set_vt(queue_name text, msg_id bigint, vt integer)
        RETURNS SETOF cmq.message_record LANGUAGE sql
        AS $$ SELECT * FROM cmq.set_vt($1, $2, clock_timestamp() + make_interval(secs => $3)) $$;

        """

    private static let removing = """
        CREATE FUNCTION cmq.delete(queue_name text, msg_ids bigint[]) RETURNS SETOF bigint LANGUAGE plpgsql AS $$
        #variable_conflict use_column
        BEGIN
            PERFORM cmq.require_queue(queue_name);
            RETURN QUERY DELETE FROM cmq.message m
                WHERE m.queue = delete.queue_name AND m.msg_id = ANY (msg_ids) RETURNING m.msg_id;
        END $$;
        CREATE FUNCTION cmq.delete(queue_name text, msg_id bigint) RETURNS boolean LANGUAGE sql
        AS $$ SELECT count(*) > 0 FROM cmq.delete($1, ARRAY[$2]) $$;

        CREATE FUNCTION cmq.archive(queue_name text, msg_ids bigint[]) RETURNS SETOF bigint LANGUAGE plpgsql AS $$
        #variable_conflict use_column
        BEGIN
            PERFORM cmq.require_queue(queue_name);
            RETURN QUERY WITH gone AS (
                    DELETE FROM cmq.message m
                    WHERE m.queue = archive.queue_name AND m.msg_id = ANY (msg_ids) RETURNING m.*
                )
                INSERT INTO cmq.archive AS a
                    (queue, msg_id, read_ct, enqueued_at, archived_at, vt, body, headers)
                SELECT g.queue, g.msg_id, g.read_ct, g.enqueued_at, cmq.ns(clock_timestamp()), g.vt, g.body, g.headers
                FROM gone g RETURNING a.msg_id;
        END $$;
        CREATE FUNCTION cmq.archive(queue_name text, msg_id bigint) RETURNS boolean LANGUAGE sql
        AS $$ SELECT count(*) > 0 FROM cmq.archive($1, ARRAY[$2]) $$;

        CREATE FUNCTION cmq.purge_queue(queue_name text) RETURNS bigint LANGUAGE plpgsql AS $$
        DECLARE
            removed bigint;
        BEGIN
            PERFORM cmq.require_queue(queue_name);
            DELETE FROM cmq.message m WHERE m.queue = queue_name;
            GET DIAGNOSTICS removed = ROW_COUNT;
            RETURN removed;
        END $$;

        """

    private static let measuring = """
        CREATE FUNCTION cmq.last_msg_id(queue_name text) RETURNS bigint LANGUAGE plpgsql AS $$
        DECLARE
            last bigint;
        BEGIN
            EXECUTE format(
                'SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM cmq.%I', 'q_' || queue_name || '_msg_id_seq'
            ) INTO last;
            RETURN last;
        END $$;

        CREATE FUNCTION cmq.set_last_msg_id(queue_name text, last bigint) RETURNS void LANGUAGE plpgsql AS $$
        BEGIN
            EXECUTE format('CREATE SEQUENCE IF NOT EXISTS cmq.%I', 'q_' || queue_name || '_msg_id_seq');
            PERFORM setval(cmq.sequence_name(queue_name)::regclass, greatest(last, 1), last > 0);
        END $$;

        CREATE FUNCTION cmq.metrics(queue_name text) RETURNS cmq.metrics_result LANGUAGE plpgsql AS $$
        DECLARE
            answer cmq.metrics_result;
            now_ns bigint := cmq.ns(clock_timestamp());
        BEGIN
            PERFORM cmq.require_queue(queue_name);
            SELECT metrics.queue_name, count(*), ((now_ns - max(m.enqueued_at)) / 1000000000)::integer,
                ((now_ns - min(m.enqueued_at)) / 1000000000)::integer, cmq.last_msg_id(metrics.queue_name),
                cmq.moment(now_ns), count(*) FILTER (WHERE m.vt <= now_ns)
            INTO answer FROM cmq.message m WHERE m.queue = metrics.queue_name;
            RETURN answer;
        END $$;
        CREATE FUNCTION cmq.metrics_all() RETURNS SETOF cmq.metrics_result LANGUAGE sql
        AS $$ SELECT m.* FROM cmq.queue q CROSS JOIN LATERAL cmq.metrics(q.name) m ORDER BY q.name $$;

        """
}

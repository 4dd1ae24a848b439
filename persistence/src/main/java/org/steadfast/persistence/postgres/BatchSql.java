package org.steadfast.persistence.postgres;

/**
 * The statements that write a batch of values, each with what else a batch may have to do.
 *
 * @param plain nothing, as with most; its columns 1 to 6 are a value, 7 is whether the batch was allowed
 * @param logged the same, and history: its parameters follow
 * @param followed the same, and what held before, and the journal, whose parameters come last; columns 8 to 12 are what held, 13 is the
 *     number of the journal's entry
 */
record BatchSql(String plain, String logged, String followed) {
    /**
     * Rows are locked before they are written, all of them and in the batch's order, so that what held before is what the batch
     * replaces, and batches do not wait for each other in a circle. Only rows that are not there yet cannot be locked: where two batches
     * make the same ones at the same time, the database may give one of them up, and it is written again.
     */
    private static final String FOLLOWED = """
            with %s, batch as materialized (
                select * from %s with ordinality as u(thing_id, property, value, value_time, quality, epoch, seq, place)
            ), held as materialized (
                select p.thing_id, p.property, p.value, p.value_time, p.quality, p.source_epoch, p.source_sequence
                from batch as u join property_value as p using (thing_id, property)
                order by u.place for update of p
            ), %s, %s, journaled as (
                insert into event_journal (node, incarnation, thing_id, thing, event, property,
                    old_value, old_time, old_quality, old_epoch, old_sequence, body)
                select ?, ?, f.thing_id, f.thing, '', f.property,
                    h.value, h.value_time, h.quality, coalesce(h.source_epoch, 0), coalesce(h.source_sequence, 0), f.body
                from unnest(?::bigint[], ?::text[], ?::text[], ?::bytea[]) as f(thing_id, thing, property, body)
                    left join held as h using (thing_id, property)
                where exists (select 1 from fence)
                returning id, thing_id, property
            )
            select w.*, exists (select 1 from fence),
                h.value, h.value_time, h.quality, coalesce(h.source_epoch, 0), coalesce(h.source_sequence, 0),
                coalesce(j.id, 0)
            from (values (1)) as one(x) left join written as w on true
                left join held as h using (thing_id, property)
                left join journaled as j using (thing_id, property)""";

    /** Those that put history where it belongs. */
    static BatchSql of(HistoryTarget target) {
        String history = HistoryInsert.clauses(target, "exists (select 1 from fence)");
        return new BatchSql(
                plain(""),
                plain(", " + history),
                FOLLOWED.formatted(
                        fence(),
                        arrays(),
                        upsert("batch as u", " and (select count(*) from held) >= 0 order by u.place"),
                        history));
    }

    private static String plain(String further) {
        return """
            with %s, %s%s
            select w.*, exists (select 1 from fence)
            from (values (1)) as one(x) left join written as w on true""".formatted(
                        fence(),
                        upsert(arrays() + " as u(thing_id, property, value, value_time, quality, epoch, seq)", ""),
                        further);
    }

    /**
     * Writes the slot's row, which is the batch's fence and tells of which things it has values; where it may not, no value is
     * written and the answer says so.
     */
    private static String fence() {
        return """
            fence as (
                update writer_batch set things = ?::bigint[]
                where node = ? and lane = ? and slot = ? and incarnation = ? and renewal = ? and not fenced returning 1
            )""";
    }

    private static String arrays() {
        return "unnest(?::bigint[], ?::text[], ?::bytea[], ?::bigint[], ?::text[], ?::bigint[], ?::bigint[])";
    }

    /**
     * The version is drawn in DO UPDATE, that is under the row's lock. A row that already has the same or a later stamp from its
     * device keeps its value; every row's resulting value comes back, so that the caller publishes what holds and not what it sent.
     */
    private static String upsert(String source, String further) {
        return """
            written as (
                insert into property_value as p
                    (thing_id, property, value, value_time, quality, version, source_epoch, source_sequence)
                select u.thing_id, u.property, u.value, u.value_time, u.quality, nextval('property_version'), u.epoch, u.seq
                from %s
                where exists (select 1 from fence)%s
                on conflict (thing_id, property) do update set
                    (value, value_time, quality, version, source_epoch, source_sequence) = (
                        select excluded.value, excluded.value_time, excluded.quality, nextval('property_version'),
                            greatest(excluded.source_epoch, p.source_epoch),
                            case when excluded.source_epoch = 0 then p.source_sequence else excluded.source_sequence end
                        where excluded.source_epoch = 0
                            or (excluded.source_epoch, excluded.source_sequence) > (p.source_epoch, p.source_sequence)
                        union all
                        select p.value, p.value_time, p.quality, p.version, p.source_epoch, p.source_sequence
                        where not (excluded.source_epoch = 0
                            or (excluded.source_epoch, excluded.source_sequence) > (p.source_epoch, p.source_sequence)))
                returning p.thing_id, p.property, p.value, p.value_time, p.quality, p.version
            )""".formatted(source, further);
    }
}

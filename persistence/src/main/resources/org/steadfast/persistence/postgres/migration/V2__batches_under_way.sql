-- Each batch that a lane may have on its way between its commit and its being visible has a row. A batch writes into its row, in its
-- own transaction, of which things it has values. So the row is three things in one: whoever sets fenced waits for the batch under
-- way and stops all later ones; a statement that was lost is stopped by a new renewal; and a writer that is lost leaves behind what
-- it may have committed without anybody seeing it.
create table writer_batch (
    node text not null,
    lane integer not null,
    slot integer not null,
    incarnation bigint not null,
    renewal bigint not null default 0,
    fenced boolean not null default false,
    things bigint[] not null default '{}',
    primary key (node, lane, slot)
) with (fillfactor = 30);
-- Within the row where that is possible at all: a second table for each batch costs more than a long row.
alter table writer_batch alter column things set storage main;

drop table writer_lane;

-- One row per kind of link that references of one register made: clients seen at several centres, and cases that moved to
-- another source, centre or project while they were open. Internal: it goes to the reports of a run, never to a brief.
select 'clients_at_several_centres' as link, 'clients' as unit, count(*) as n from core.shared_clients
union all select 'cases_moved', 'cases', count(*) from core.moved_cases
order by link

"""Work in the background: started by a person, done by a worker, its progress, result or failure kept.

    @job("observation-import", action="observation.import", label=gettext_noop("import observations"))
    def import_observations(arguments: Arguments, report: Report, cancelled: Cancelled) -> dict[str, Any]:
        ...

    start("observation-import", actor=actor, arguments={...}, now=now, target=Target(pack="metallia"))

`job`, `Stopped` and the types are in `kinds`, `start` and `cancel` in `starting`, `asking_actor` and `keep_result` (for
use inside a job) in `running`. Kinds stand in a module `jobs` of each app, which the worker finds by itself. Everything
that a job changes is a mutation; a job whose worker died is taken up again, so a job done twice has to come to the
same, or to keep its result within the transaction that made it.
"""

"""Methods of statistics on plain numbers: nothing here knows of clients, files or briefs.

Answers, each in its own module: how far chance reaches around a share, a count or a ratio (`intervals`); whether a
group is seen less often than its benchmark (`representation`); what ten states say of an interval (`states`); how many
of many flags may be false (`multiplicity`); whether a difference remains within strata (`stratified`); how to compare
areas and centres fairly (`standardisation`); whether a series has changed (`change`); how to steady many small counts
(`shrinkage`). Numbers in, numbers out, as float64 arrays, proven by `arrays`. An interval speaks of chance only: what
was not recorded is shown as bounds by the caller, never folded in. Each function names its source, and is checked
against a published worked example where there is one, else against enumeration or simulation.
"""

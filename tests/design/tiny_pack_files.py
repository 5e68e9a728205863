"""A pack as small as a pack can be and still have everything that definitions have, as texts by file."""

from __future__ import annotations

from collections.abc import Callable

from mezon.model.finding import Finding
from mezon.model.pack import Definitions

FILES = {
    "pack.toml": """
id = "tiny"
version = "1"
title = { en = "Tiny", ru = "Малый", uz = "Kichik" }
languages = ["en"]
default_methodology = "index"
default_source = "agency"
""",
    "groups.toml": """
[group.RESOURCE]
name.en = "Resources"
[pillar.SOVEREIGNTY]
name.en = "Sovereignty"
""",
    "indicators.toml": """
[RD_SPEND]
name.en = "R&D expenditure"
unit = "XTS_MN"
direction = 1
group = "RESOURCE"
pillars = ["SOVEREIGNTY"]
levels = ["ENTERPRISE"]
roll_up = "sum"
range = [0, inf]

[TOTAL_SPEND]
name.en = "Expenditure"
unit = "XTS_MN"
roll_up = "sum"
range_min = 0

[RD_SHARE]
name.en = "R&D share"
unit = "PERCENT"
direction = 1
formula = "100 * RD_SPEND / TOTAL_SPEND"
roll_up = "ratio-of-sums"
goalposts = [1, 4]
translation = "unreviewed"

[SATISFACTION]
name.en = "Satisfaction"
unit = "SCORE"
direction = 1
roll_up = "weighted-mean(TOTAL_SPEND)"
goalposts = [1, 5]
""",
    "sources.toml": """
[agency]
producer = "Agency"
title = "Survey"
citation = "Agency (2024), Survey."
licence = "CC-BY-4.0"
published = "2024-05"
priority = 1
""",
    "units.csv": """unit,level,name_en,name_ru,name_uz,country,isic,valid_from,valid_to,aliases,region
MET,COUNTRY,Metallia,,,MET,,,,,
MINE,INDUSTRY,Mining,,,MET,B,,,,
ONE,ENTERPRISE,One,,,MET,B07,2010,,Uno;First,North
TWO,ENTERPRISE,Two,,,MET,B07,2010,2020,,South
""",
    "memberships.csv": """unit,parent,hierarchy,valid_from,valid_to
ONE,MINE,industry,2010,
MINE,MET,industry,,
""",
    "rates.csv": "from,to,period,kind,rate,source\nUSD,XTS,2020,average,10.5,agency\n",
    "deflators.csv": "deflator,country,period,index,base,source\nCPI,MET,2021,107.5,2020,agency\n",
    "parameters.csv": "name,period,value\nNORM,,2\n",
    "targets.csv": "indicator,unit,period,value,kind,source\nRD_SHARE,MET,2030,2,national,agency\n",
    "settlements.csv": "indicator,unit,period,source_ref,reason,by,date\nRD_SPEND,ONE,2020,p. 3,newer,editor,2024\n",
    "codelists/CL_SIZE.csv": "code,name_en,name_ru,name_uz,parent\nALL,All,,,\nSMALL,Small,,,ALL\n",
    "derivations.toml": """
[RD_SPEND]
register = "projects"
measure = "sum(amount)"
where = "innovative = TRUE AND kind <> 'mine'"
date = "active(started, brought_into_use)"
""",
    "rules.toml": """
[share-is-low]
severity = "warning"
expression = "RD_SHARE <= 100"
sentence.en = "R&D share of {value} is more than all."
""",
    "methodologies/index.toml": """
id = "index"
version = "2.0"
title.en = "Index"
level = "ENTERPRISE"
periods = { from = "2018", to = "2020" }
units = { region = ["North", "South"] }
[[nodes]]
id = "INDEX"
aggregate = "geometric"
[[nodes]]
id = "RESOURCE"
parent = "INDEX"
weight = 2
weight_by = "editors"
min_coverage = 0.5
[[leaves]]
indicator = "RD_SHARE"
parent = "RESOURCE"
goalposts = [0.05, 4]
transform = "log"
[[leaves]]
indicator = "SATISFACTION"
parent = "INDEX"
weight = 1
[[steps]]
do = "impute/linear"
max_gap = 2
only = ["RD_SHARE"]
[[steps]]
do = "normalise/goalposts(low=1)"
high = 100
[[steps]]
do = "weight/given"
[[steps]]
do = "aggregate/arithmetic"
nodes = ["RESOURCE"]
[[steps]]
do = "aggregate/geometric"
[robustness]
draws = 100
seed = 7
interval = 0.8
vary = [
  { step = "normalise", with = ["normalise/min-max(low=1, high=100)"] },
  { weights = { noise = 0.25 } },
  { drop = "one-indicator" },
  { observations = "standard-error" },
]
[[bands]]
node = "INDEX"
edges = [40, 60]
names = ["low", "middle", "high"]
[strengths]
rule = "rank"
top = 3
""",
}

Reading = Callable[..., tuple[Definitions, list[Finding]]]

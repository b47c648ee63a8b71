-- One row per quarter whose cases count as they were published: it was published, and is not being revised.
select quarters.quarter
from raw.published_quarters as quarters
anti join reference.revised_quarters as revised on revised.quarter = quarters.quarter

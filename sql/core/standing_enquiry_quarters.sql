-- One row per quarter whose enquiries count as they were published: it was published, and they are not being revised.
select quarters.quarter
from raw.published_quarters as quarters
anti join reference.revised_quarters as revised on revised.quarter = quarters.quarter and revised.has_enquiries

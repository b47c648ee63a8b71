-- One row per advice type: the family it belongs to, which is itself where it is part of no other.
-- A type belongs to the family with whose code and an underscore its own code begins: "BEN_UC" to "BEN". So it is with the
-- packaged list, and so a network adds a type of its own to a family.
with
advice_types as (select code from reference.codes where code_list = 'advice_types')
select
    code as advice_type_code,
    case
        when split_part(code, '_', 1) in (select code from advice_types) then split_part(code, '_', 1)
        else code
    end as family_code
from advice_types

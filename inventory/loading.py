"""Loads a company into the register: its organisation, people, purchases, custody.

The caller has parsed the file (YAML, or one CSV file a section); this module gets a
mapping of sections, each a list of flat rows. All rows are checked first; every bad
one is reported with section, row and field; then everything is written in one
transaction, or nothing. Loading the same file again changes nothing; loading a
changed one changes what is given in it. An empty field never erases anything.

Sections and fields (* required; days are YYYY-MM-DD; `to` is the first day no more;
codes, tags, numbers and serials are text, so quote them where zeros lead)::

    legal_entities: code* name* currency* country
    cost_centres:   code* name* legal_entity parent from to
    departments:    code* name* legal_entity parent cost_centre
    locations:      code* name* kind parent cost_centre
                    kind: site, building, floor, room, rack or stock; the code of a
                    site is the site name that scans carry
    teams:          code* name* department cost_centre
    manufacturers:  name* aliases        (aliases: text separated by ; or a list)
    persons:        key* family_name* given_name email login
                    and the present employment, if any:
                    number legal_entity from to contract_end end_reason
                    department cost_centre manager location title
    placements:     person* from* department cost_centre manager location title
                    a move of somebody who is employed already
    assets:         tag* kind* name manufacturer model serial asset_class state since
                    legal_entity location parent supplier order_number invoice_number
                    purchased_on cost currency warranty_until note
                    and who has it now: person | team | place | holder_asset, held_from
                    and who pays for it instead of the holder: cost_centre
    custody:        asset* from* person | team | place | holder_asset  to
                    expected_return note       (history, and more than one holder)
    allocations:    asset* from* cost_centre* percent* to
                    rows of the same asset and `from` belong together and sum to 100

References are by `code`, by `key` of a person, by `tag` of an asset, by `name` of a
manufacturer. `kind`, `state`: see `inventory.assets.lifecycle`; `state` is in_use for
what somebody holds and in_stock otherwise, `since` is `held_from` or `purchased_on`.
`cost` is text or a whole number such as "1249.00", `currency` is that of the legal
entity unless given. Example::

    legal_entities:
      - {code: "100", name: Example GmbH, country: DE, currency: EUR}
    cost_centres:
      - {code: "4100", name: Sales, legal_entity: "100"}
    persons:
      - {key: p-001, given_name: Sari, family_name: Wijaya, email: sari@example.com,
         login: swijaya, number: "00017", legal_entity: "100", from: 2024-02-01,
         cost_centre: "4100"}
    assets:
      - {tag: IT-00412, kind: laptop, manufacturer: Lenovo, model: ThinkPad T14,
         serial: PF3ABCDE, legal_entity: "100", purchased_on: 2026-02-20,
         cost: "1249.00", asset_class: computer, person: p-001,
         held_from: 2026-03-03}
"""

"""What Purser lists, shows and does, each thing declared once.

* `declare.py`: The words of a declaration: Column, Choice, Input, Question, RowModel.
* `annotations.py`: What the annotation of a field allows.
* `references.py`: How things are named, and how a name becomes an id.
* `listed.py`: The same for what no table holds.
* `lookups.py`: Filters beyond equality: `name__contains`, `cost_minor__gte`.
* `sources.py`: Where rows come from: a table and its columns, or a query by hand.
* `computed.py`: Rows that no table holds: rules, settings, results.
* `filters.py`: Filters that follow from the columns of a list.
* `extracts.py`: What else can be read of one thing: its timeline, its PDF.
* `joins.py`: Joins without the tables that a query does not need.
* `resource.py`: `Resource`, which puts all of it together.
* `perform.py`: Carrying out an act, for one thing or for many.
* `listing.py`: Reading a list as it is asked for, for HTTP and the command line.
* `http/`: The HTTP API with its OpenAPI description.
* `cli/`: `purser <command> list|show|create|edit|<verb>`.
* `everywhere.py`: The search over everything.
* `sheets.py`: Lists as CSV, XLSX and JSON lines.
* `registry.py`: All resources by name, of `registry.csv`: one line each.
* `register/` `network/` ...: The resources, one file each.
* `exchange/`: What goes in and out as tables and labels.
* `house/`: The house itself: who may log in, what logs in to devices, who is told.
* `money/`: Accounting: books, periods, postings, journals, schedules.
* `people/`: People, the units they work in, and what HR says of them.
* `telecom/`: Telecom assets: who provides what, on which terms, for whom, and what it
  costs.
* `telephony/`: Telephony: extensions, numbers, phones, and the systems they were read
  from.
* `work/`: Resources of what is done beside requests: jobs and who works on them.

A worked example, complete: buildings, which are listed, shown, made and renamed::

    class BuildingRow(RowModel):
        \"\"\"A building of the list.\"\"\"

        id: Annotated[int, Column("Number", shown=False, sort=True)]
        code: Annotated[str, Column("Code", sort=True, lead=True)]
        name: Annotated[str, Column("Name", sort=True)]
        opened_on: Annotated[Day, Column("Opened", Show.DAY, sort=True)]

    class BuildingQuestion(Question):
        \"\"\"Which buildings are asked for.\"\"\"

        code: Annotated[Word, Choice("Code")] = None
        opened_on: Annotated[date | None, Choice("Opened")] = None
        keeper: Annotated[PersonRef | None, Choice("Keeper", pick="people")] = None

    class BuildingDetail(DetailModel):
        \"\"\"A building as a whole.\"\"\"

        id: int
        code: str
        name: str
        opened_on: Day

    class BuildingIn(Given):
        \"\"\"A building to add.\"\"\"

        code: Annotated[str, Field(max_length=40), Input("Code")]
        name: Annotated[str, Field(max_length=200), Input("Name")] = ""
        opened_on: Annotated[date | None, Input("Opened")] = None

    BuildingEditIn = partial(BuildingIn, "BuildingEditIn", "code")

    def _create(acting: Acting, given: BuildingIn) -> dict[str, Any]:
        return {"id": add(acting.work, Building, dict(given))}

    def _update(acting: Acting, given: Given) -> None:
        change(acting.work, Building, acting.id, changes_of(given))

    _building = table_of(Building)
    BUILDING = Reference("building", Building, by=("code",))   # in references.py
    BUILDINGS = Resource(
        name="buildings",
        command="building",
        title=N_("Buildings"),
        counted=NN_("{count} building", "{count} buildings"),
        group="register",
        rows=BuildingRow,
        question=BuildingQuestion,
        sort="code",
        source=TableSource(
            table=_building,
            columns={n: _building.c[n] for n in BuildingRow.model_fields},
            filters={"keeper": lambda who, _viewer: _building.c.keeper_id == who},
            searched=(_building.c.code, _building.c.name),
        ),
        reference=BUILDING,
        detail=BuildingDetail,
        get=lambda connection, id_, _viewer: get(connection, Building, id_),
        called=lambda row: str(row["code"]),
        acts=(
            Act("add-building", BuildingIn, _create, WRITERS, verb="create"),
            Act("edit-building", BuildingEditIn, _update, WRITERS, verb="update"),
        ),
        searched=True,
    )

and in `registry.csv`::

    Assets,buildings,building,register.buildings,Buildings of the company.

Nothing else is needed for `GET /buildings?code__in=A,B&opened_on__gte=2020-01-01`,
`GET /buildings?format=csv&fields=code,name`, `GET /buildings/HQ`, `POST /buildings`,
`PATCH /buildings/HQ`, `purser building list --code A --filter opened_on__gte=2020-01-01
--export buildings.xlsx`, `purser building show HQ`, `purser building create --code B`,
`purser building edit HQ --name Headquarters`, all of it in OpenAPI and under the
contract tests of `tests/api/resources`.

May import every context of `inventory`, and of `api` what is not a page, a route or a
command of one thing.
"""

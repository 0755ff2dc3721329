"""The HTTP API of all resources, with its OpenAPI description.

* `acts.py`: The HTTP API of the acts of a resource.
* `extracts.py`: The HTTP API of the extracts of a resource.
* `lists.py`: The HTTP API of a resource.
* `preferring.py`: Answers that come later: 202 with a job.
* `routes.py`: The routes of all resources, made once per process and shared by its
  applications.
* `search.py`: `GET /api/v1/search`.

`api.app` adds `routes.resource_routes`.
"""

"""moto's server on a free port of the loopback, written on stdout; it ends with its standard input.

What it does better than moto alone, as AWS documents it:
- One request at a time: moto tests a condition and writes in two steps, so that two of its threads can both see
  "not there" and both write. DynamoDB and S3 never do.
- TransactWriteItems remembers its ClientRequestToken, which moto ignores: the same request again changes nothing.
- S3 refuses a request that names another owner of the bucket than its own, which moto does not look at.

What it does faster: a transaction copies a table's index of rows once, where moto copies every row for each item of
the transaction; texts are compared and answered as they are.
"""

import copy
import logging
import os
import sys
import threading
from collections import defaultdict
from types import SimpleNamespace

from moto.core.responses import ActionResult
from moto.core.serialize import JSONSerializer
from moto.dynamodb import models
from moto.dynamodb.models.dynamo_type import DynamoType
from moto.dynamodb.responses import DynamoHandler
from moto.moto_server.werkzeug_app import (
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)
from moto.s3.exceptions import S3AccessDeniedError
from moto.s3.models import s3_backends
from moto.s3.responses import S3Response
from werkzeug.serving import make_server


def remember_transactions() -> None:
    done = {}
    transact = DynamoHandler.transact_write_items

    def transact_once(self: DynamoHandler) -> ActionResult:
        token = self.body.get("ClientRequestToken")
        if token is not None and done.get(token) == self.body["TransactItems"]:
            return ActionResult({})
        asked = copy.deepcopy(self.body["TransactItems"])
        answer = transact(self)
        done[token] = asked
        return answer

    DynamoHandler.transact_write_items = transact_once


def refuse_other_owners() -> None:
    def refusing(respond):
        def respond_to_owner(self: S3Response, request, full_url):
            expected = request.headers.get("x-amz-expected-bucket-owner")
            bucket = self.parse_bucket_name_from_url(request, full_url)
            _, owner = s3_backends.bucket_accounts.get(bucket, (None, expected))
            if expected is not None and expected != owner:
                raise S3AccessDeniedError()
            return respond(self, request, full_url)

        return respond_to_owner

    S3Response._bucket_response = refusing(S3Response._bucket_response)
    S3Response._key_response = refusing(S3Response._key_response)


def copy_tables_once() -> None:
    transact = models.DynamoDBBackend.transact_write_items

    def transact_cheaply(self: models.DynamoDBBackend, items: list) -> None:
        copies = {}

        def copy_of(table: models.Table) -> models.Table:
            if id(table) not in copies:
                snapshot = copy.copy(table)
                snapshot.items = defaultdict(
                    dict, {key: dict(rows) for key, rows in table.items.items()}
                )
                copies[id(table)] = snapshot
            return copies[id(table)]

        models.copy = SimpleNamespace(deepcopy=copy_of)
        try:
            transact(self, items)
        finally:
            models.copy = copy

    models.DynamoDBBackend.transact_write_items = transact_cheaply


def take_texts_as_they_are() -> None:
    cast = DynamoType.cast_value.fget
    DynamoType.cast_value = property(
        lambda self: self.value if self.type == "S" else cast(self)
    )
    serialize = JSONSerializer._serialize_type_map

    def serialize_map(self, serialized, value, shape, key) -> None:
        if shape.value.name == "AttributeValue":
            serialized[key] = value
        else:
            serialize(self, serialized, value, shape, key)

    JSONSerializer._serialize_type_map = serialize_map


def end_with_parent() -> None:
    sys.stdin.buffer.read()
    os._exit(0)


remember_transactions()
refuse_other_owners()
copy_tables_once()
take_texts_as_they_are()
logging.getLogger("werkzeug").setLevel(logging.ERROR)
server = make_server(
    "127.0.0.1",
    0,
    DomainDispatcherApplication(create_backend_app),
    threaded=False,
    request_handler=MotoRequestHandler,
)
os.environ["MOTO_PORT"] = str(server.server_port)
print(server.server_port, flush=True)
threading.Thread(target=end_with_parent, daemon=True).start()
server.serve_forever()

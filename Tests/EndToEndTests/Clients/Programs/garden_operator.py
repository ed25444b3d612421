"""An operator written with kopf: beds of a garden, which the test plants, changes and digs up.

Run with `kopf run`; the environment's CERTIFICATE, KEY and AUTHORITY name the files of its webhooks'
server.
"""

import os

import kopf
from kubernetes import client, config


@kopf.on.startup()
def start(settings: kopf.OperatorSettings, **_):
    config.load_kube_config()
    settings.admission.managed = "garden.example.com"
    settings.admission.server = kopf.WebhookServer(
        addr="127.0.0.1",
        port=9443,
        host="127.0.0.1",
        certfile=os.environ["CERTIFICATE"],
        pkeyfile=os.environ["KEY"],
        cafile=os.environ["AUTHORITY"],
    )
    settings.persistence.finalizer = "garden.example.com/dug"


@kopf.on.mutate("beds")
def colour(spec, patch, **_):
    if "colour" not in spec:
        patch.spec["colour"] = "green"


@kopf.on.validate("beds")
def size(spec, warnings, **_):
    if spec.get("size", 0) > 10:
        raise kopf.AdmissionError("no bed is that large", code=422)
    if spec.get("size", 0) > 5:
        warnings.append("a bed of this size takes a long time to water")


@kopf.on.create("beds")
def plant(name, namespace, spec, **_):
    body = {"metadata": {"name": f"{name}-plants"}, "data": {"colour": spec["colour"]}}
    kopf.adopt(body)
    client.CoreV1Api().create_namespaced_config_map(namespace, body)
    return {"planted": spec["size"]}


@kopf.on.update("beds", field="spec.size")
def resize(old, new, patch, **_):
    patch.status["resized"] = f"{old} to {new}"


@kopf.timer("beds", interval=0.5)
def water(status, patch, **_):
    patch.status["watered"] = status.get("watered", 0) + 1


@kopf.on.delete("beds")
def dig(name, namespace, **_):
    client.CoreV1Api().create_namespaced_config_map(
        namespace, {"metadata": {"name": f"{name}-dug"}}
    )


@kopf.on.event("configmaps", labels={"garden": kopf.PRESENT})
def notice(event, name, logger, **_):
    logger.info(f"garden map {name}: {event['type']}")

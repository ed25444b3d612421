"""What users of the official Python client do through its dynamic calls, which know no kind."""

import threading

from kubernetes import client, config
from kubernetes.dynamic import DynamicClient
from kubernetes.dynamic import exceptions

NAMESPACE = "dynamic"
MANAGER = "dynamic-test"

config.load_kube_config()
# Answers are documents as they came: nothing of a model stands between.
api = DynamicClient(client.ApiClient())


def discovery():
    """Every kind of the server is found, by kind, by short name and by category."""
    version = api.version["kubernetes"]["gitVersion"]
    assert version.startswith("v1.36."), version
    pods = api.resources.get(api_version="v1", kind="Pod")
    assert pods.name == "pods" and pods.namespaced and "watch" in pods.verbs, pods
    assert "log" in pods.subresources and "exec" in pods.subresources, pods.subresources
    assert api.resources.get(kind="Deployment").group == "apps"
    assert api.resources.get(short_names=["sts"]).kind == "StatefulSet"
    everything = api.resources.search(categories=["all"])
    assert {"pods", "services", "cronjobs"} <= {found.name for found in everything}
    # The preferred version of a group that has several.
    assert api.resources.get(kind="HorizontalPodAutoscaler", preferred=True).api_version == "v2"
    groups = {found.group for found in api.resources.search() if hasattr(found, "group")}
    assert {"", "apps", "batch", "networking.k8s.io", "resource.k8s.io"} <= groups, groups


def objects():
    maps = api.resources.get(api_version="v1", kind="ConfigMap")
    body = {"kind": "ConfigMap", "apiVersion": "v1", "metadata": {"name": "one"}, "data": {"a": "1"}}
    created = maps.create(namespace=NAMESPACE, body=body)
    assert created.data.a == "1"
    try:
        maps.create(namespace=NAMESPACE, body=body)
        raise AssertionError("two objects of one name")
    except exceptions.ConflictError as error:
        assert error.reason == "Conflict", error.reason

    for content, patch, expected in [
        ("application/merge-patch+json", {"data": {"b": "2", "a": None}}, {"b": "2"}),
        (
            "application/json-patch+json",
            [{"op": "add", "path": "/data/c", "value": "3"}],
            {"b": "2", "c": "3"},
        ),
        (
            "application/strategic-merge-patch+json",
            {"data": {"$patch": "replace", "d": "4"}},
            {"d": "4"},
        ),
    ]:
        patched = maps.patch(name="one", namespace=NAMESPACE, body=patch, content_type=content)
        assert patched.to_dict()["data"] == expected, patched

    seen = maps.get(name="one", namespace=NAMESPACE).to_dict()
    seen["data"] = {"e": "5"}
    assert maps.replace(namespace=NAMESPACE, body=seen).to_dict()["data"] == {"e": "5"}
    assert [item.metadata.name for item in maps.get(namespace=NAMESPACE, field_selector="metadata.name=one").items] == ["one"]
    try:
        maps.create(
            namespace=NAMESPACE,
            body={**body, "metadata": {"name": "odd"}, "odd": 1},
            query_params=[("fieldValidation", "Strict")],
        )
        raise AssertionError("an unknown field was taken")
    except exceptions.BadRequestError as error:
        assert 'unknown field \\"odd\\"' in error.body, error.body
    maps.delete(name="one", namespace=NAMESPACE)
    try:
        maps.get(name="one", namespace=NAMESPACE)
        raise AssertionError("a deleted object is there")
    except exceptions.NotFoundError:
        pass


def applied():
    """Server-side apply: two managers share an object, and a conflict names the other."""
    deployments = api.resources.get(api_version="apps/v1", kind="Deployment")

    def deployment(spec):
        return {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": {"name": "web", "namespace": NAMESPACE},
            "spec": spec,
        }

    template = {
        "metadata": {"labels": {"app": "web"}},
        "spec": {"containers": [{"name": "main", "image": "example.test/busybox:1"}]},
    }
    first = deployment(
        {"replicas": 0, "selector": {"matchLabels": {"app": "web"}}, "template": template}
    )
    api.server_side_apply(deployments, body=first, namespace=NAMESPACE, field_manager=MANAGER)
    try:
        api.server_side_apply(
            deployments, body=deployment({"replicas": 1}), namespace=NAMESPACE, field_manager="other"
        )
        raise AssertionError("one manager took another's field")
    except exceptions.ConflictError as error:
        text = error.body
        assert f'conflict with \\"{MANAGER}\\"' in text and ".spec.replicas" in text, text
    changed = api.server_side_apply(
        deployments,
        body=deployment({"replicas": 1, "paused": True}),
        namespace=NAMESPACE,
        field_manager="other",
        force_conflicts=True,
    )
    managers = {entry.manager: entry for entry in changed.metadata.managedFields}
    owned = managers["other"].fieldsV1.to_dict()
    assert owned == {"f:spec": {"f:paused": {}, "f:replicas": {}}}, owned
    assert "f:replicas" not in managers[MANAGER].fieldsV1.to_dict()["f:spec"]
    assert changed.spec.replicas == 1
    deployments.delete(name="web", namespace=NAMESPACE)


def watched():
    maps = api.resources.get(api_version="v1", kind="ConfigMap")
    version = maps.get(namespace=NAMESPACE).metadata.resourceVersion

    def write():
        for number in range(3):
            maps.create(namespace=NAMESPACE, body={"metadata": {"name": f"told-{number}"}})
        maps.delete(name="told-0", namespace=NAMESPACE)

    writer = threading.Thread(target=write)
    writer.start()
    told = []
    for event in maps.watch(namespace=NAMESPACE, resource_version=version, timeout=30):
        told.append((event["type"], event["object"].metadata.name))
        if len(told) == 4:
            break
    writer.join()
    assert told == [
        ("ADDED", "told-0"),
        ("ADDED", "told-1"),
        ("ADDED", "told-2"),
        ("DELETED", "told-0"),
    ], told


def custom_kinds():
    """A kind that came after discovery was read is found, used, and goes."""
    definitions = api.resources.get(kind="CustomResourceDefinition")
    schema = {
        "type": "object",
        "properties": {"spec": {"type": "object", "properties": {"size": {"type": "integer"}}}},
    }
    definitions.create(
        body={
            "apiVersion": "apiextensions.k8s.io/v1",
            "kind": "CustomResourceDefinition",
            "metadata": {"name": "shirts.dynamic.example.com"},
            "spec": {
                "group": "dynamic.example.com",
                "scope": "Namespaced",
                "names": {"plural": "shirts", "kind": "Shirt"},
                "versions": [
                    {
                        "name": "v1",
                        "served": True,
                        "storage": True,
                        "schema": {"openAPIV3Schema": schema},
                    }
                ],
            },
        }
    )
    for event in definitions.watch(timeout=30):
        conditions = event["object"].to_dict().get("status", {}).get("conditions", [])
        if {"Established"} & {c["type"] for c in conditions if c["status"] == "True"}:
            break
    api.resources.invalidate_cache()
    shirts = api.resources.get(api_version="dynamic.example.com/v1", kind="Shirt")
    made = shirts.create(
        namespace=NAMESPACE,
        body={
            "apiVersion": "dynamic.example.com/v1",
            "kind": "Shirt",
            "metadata": {"name": "blue"},
            "spec": {"size": 3, "lost": True},
        },
    )
    assert made.spec.to_dict() == {"size": 3}, made
    assert [item.metadata.name for item in shirts.get(namespace=NAMESPACE).items] == ["blue"]
    definitions.delete(name="shirts.dynamic.example.com")


namespaces = api.resources.get(api_version="v1", kind="Namespace")
namespaces.create(body={"metadata": {"name": NAMESPACE}})
for step in [discovery, objects, applied, watched, custom_kinds]:
    print(step.__name__, flush=True)
    step()
namespaces.delete(name=NAMESPACE)

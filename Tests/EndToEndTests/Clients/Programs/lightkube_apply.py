"""What users of lightkube do: typed and generic resources, server-side apply, watches, waits."""

from lightkube import ApiError, Client, codecs
from lightkube.generic_resource import create_namespaced_resource, load_in_cluster_generic_resources
from lightkube.models.apps_v1 import DeploymentSpec
from lightkube.models.autoscaling_v1 import ScaleSpec
from lightkube.models.core_v1 import Container, PodSpec, PodTemplateSpec
from lightkube.models.meta_v1 import LabelSelector, ObjectMeta
from lightkube.resources.apiextensions_v1 import CustomResourceDefinition
from lightkube.resources.apps_v1 import Deployment
from lightkube.resources.core_v1 import ConfigMap, Namespace, Node, Pod
from lightkube.types import CascadeType, PatchType

IMAGE = "example.test/busybox:1"
NAMESPACE = "lightkube"

api = Client(namespace=NAMESPACE, field_manager="lightkube-test")


def refused(code, call, *arguments, **named):
    try:
        call(*arguments, **named)
    except ApiError as error:
        assert error.status.code == code, error.status
        return error.status
    raise AssertionError(f"{call.__name__} should have been refused with {code}")


def config_map(name, data, **meta):
    return ConfigMap(metadata=ObjectMeta(name=name, namespace=NAMESPACE, **meta), data=data)


def objects():
    made = api.create(config_map("one", {"a": "1"}, labels={"tier": "back"}))
    assert api.get(ConfigMap, "one").data == {"a": "1"}
    refused(409, api.create, config_map("one", {}))
    api.patch(ConfigMap, "one", {"data": {"b": "2"}}, patch_type=PatchType.MERGE)
    api.patch(
        ConfigMap,
        "one",
        [{"op": "remove", "path": "/data/a"}],
        patch_type=PatchType.JSON,
    )
    made.data = {"c": "late"}
    assert refused(409, api.replace, made).reason == "Conflict"
    current = api.get(ConfigMap, "one")
    assert current.data == {"b": "2"}, current.data
    current.data["c"] = "3"
    assert api.replace(current).data == {"b": "2", "c": "3"}
    for labels, expected in [
        ({"tier": "back"}, ["one"]),
        ({"tier": ["front", "back"]}, ["one"]),
        ({"tier": None}, ["one"]),
    ]:
        found = [item.metadata.name for item in api.list(ConfigMap, labels=labels)]
        assert found == expected, (labels, found)
    assert not list(api.list(ConfigMap, fields={"metadata.name": "two"}))
    # Pages of one, which the client puts together.
    api.create(config_map("two", {}))
    names = [item.metadata.name for item in api.list(ConfigMap, chunk_size=1)]
    assert {"one", "two"} <= set(names) and len(names) == len(set(names)), names
    api.delete(ConfigMap, "one")
    assert refused(404, api.get, ConfigMap, "one").reason == "NotFound"
    api.deletecollection(ConfigMap)


def applied():
    first = api.apply(config_map("shared", {"a": "1", "b": "1"}))
    assert first.metadata.managedFields[0].operation == "Apply"
    other = config_map("shared", {"b": "2", "c": "2"})
    conflict = refused(409, api.apply, other, field_manager="other")
    assert 'conflict with "lightkube-test": .data.b' in conflict.message, conflict
    assert conflict.details.causes[0].reason == "FieldManagerConflict", conflict
    assert api.apply(other, field_manager="other", force=True).data == {"a": "1", "b": "2", "c": "2"}
    # What its only owner no longer applies goes; what another owns stays.
    assert api.apply(config_map("shared", {})).data == {"b": "2", "c": "2"}

    labels = {"app": "web"}
    container = Container(name="main", image=IMAGE, command=["sh", "-c", "sleep 1000"])
    template = PodTemplateSpec(
        metadata=ObjectMeta(labels=labels),
        spec=PodSpec(containers=[container], terminationGracePeriodSeconds=0),
    )
    deployment = Deployment(
        metadata=ObjectMeta(name="web", namespace=NAMESPACE),
        spec=DeploymentSpec(
            replicas=1, selector=LabelSelector(matchLabels=labels), template=template
        ),
    )
    api.apply(deployment)
    api.wait(Deployment, "web", for_conditions=["Available"])
    api.apply(
        Deployment.Scale(metadata=ObjectMeta(name="web"), spec=ScaleSpec(replicas=2)),
        "web",
        field_manager="scaler",
        force=True,
    )
    managers = {entry.manager: entry for entry in api.get(Deployment, "web").metadata.managedFields}
    assert managers["scaler"].subresource == "scale", managers["scaler"]
    assert refused(409, api.apply, deployment).details.causes[0].field == ".spec.replicas"
    # The names of two pods at least are told by the list that the watch begins with.
    pods = set()
    for event, pod in api.watch(Pod, labels=labels, server_timeout=60):
        if event != "DELETED" and pod.status.phase == "Running":
            pods.add(pod.metadata.name)
        if len(pods) == 2:
            break
    assert len(pods) == 2, pods
    assert list(api.log(pods.pop())) == []
    api.delete(Deployment, "web", cascade=CascadeType.FOREGROUND)


def nodes():
    [node] = api.list(Node)
    assert any(c.type == "Ready" and c.status == "True" for c in node.status.conditions)


def generic_kinds():
    definition = codecs.load_all_yaml(
        """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: coats.lightkube.example.com}
        spec:
          group: lightkube.example.com
          scope: Namespaced
          names: {plural: coats, kind: Coat}
          versions:
            - name: v1
              served: true
              storage: true
              subresources: {status: {}}
              schema:
                openAPIV3Schema:
                  type: object
                  properties:
                    spec: {type: object, properties: {size: {type: integer, maximum: 9}}}
                    status: {type: object, properties: {worn: {type: boolean}}}
        """
    )[0]
    api.apply(definition)
    api.wait(CustomResourceDefinition, definition.metadata.name, for_conditions=["Established"])
    load_in_cluster_generic_resources(api)
    Coat = create_namespaced_resource("lightkube.example.com", "v1", "Coat", "coats")
    coat = Coat(metadata=ObjectMeta(name="warm", namespace=NAMESPACE), spec={"size": 3})
    assert api.apply(coat).spec == {"size": 3}
    status = Coat.Status(
        metadata=ObjectMeta(name="warm", namespace=NAMESPACE), status={"worn": True}
    )
    answer = api.apply(status, field_manager="status")
    assert (answer.spec, answer.status) == ({"size": 3}, {"worn": True}), answer
    coat.spec["size"] = 10
    assert "spec.size" in refused(422, api.apply, coat).message
    assert [item.metadata.name for item in api.list(Coat)] == ["warm"]
    api.delete(CustomResourceDefinition, definition.metadata.name)


api.create(Namespace(metadata=ObjectMeta(name=NAMESPACE)))
for step in [objects, applied, nodes, generic_kinds]:
    print(step.__name__, flush=True)
    step()
api.delete(Namespace, NAMESPACE)

"""What users of kr8s do through its synchronous calls."""

import threading

import httpx
import kr8s
from kr8s.objects import ConfigMap, Deployment, Namespace, Pod, new_class, object_from_spec

IMAGE = "example.test/busybox:1"
NAMESPACE = "kr8s"

api = kr8s.api()


def meta(name, **more):
    return {"name": name, "namespace": NAMESPACE, **more}


def pod(name, command, **more):
    container = {"name": "main", "image": IMAGE, "command": ["sh", "-c", command], **more}
    spec = {"terminationGracePeriodSeconds": 0, "containers": [container]}
    return Pod({"metadata": meta(name, labels={"app": name}), "spec": spec})


def discovery():
    assert api.version()["major"] == "1"
    names = {resource["name"] for resource in api.api_resources()}
    assert {"pods", "deployments", "customresourcedefinitions", "leases"} <= names
    assert api.whoami() == "kubernetes-admin", api.whoami()


def objects():
    config = ConfigMap({"metadata": meta("one"), "data": {"a": "1"}})
    assert not config.exists()
    config.create()
    assert config.exists() and config.data.a == "1"
    config.patch({"data": {"b": "2"}})
    config.patch([{"op": "replace", "path": "/data/a", "value": "3"}], type="json")
    assert config.data.to_dict() == {"a": "3", "b": "2"}, config.data
    config.label({"tier": "back", "zone": "x"})
    config.annotate({"note": "here"})
    found = list(kr8s.get("configmaps", namespace=NAMESPACE, label_selector={"tier": "back"}))
    assert [item.name for item in found] == ["one"], found
    config.remove_label("tier")
    config.refresh()
    assert config.labels == {"zone": "x"}, config.labels
    assert config.annotations == {"note": "here"}, config.annotations
    assert config == ConfigMap.get("one", namespace=NAMESPACE)
    config.delete()
    try:
        ConfigMap.get("one", namespace=NAMESPACE, timeout=1)
        raise AssertionError("a deleted object is there")
    except kr8s.NotFoundError:
        pass
    try:
        ConfigMap({"metadata": meta("UPPER")}).create()
        raise AssertionError("a wrong name was taken")
    except kr8s.ServerError as error:
        assert error.response.status_code == 422, error.response.text
        assert error.status["reason"] == "Invalid", error.status


def deployments():
    labels = {"app": "web"}
    template = {"metadata": {"labels": labels}, "spec": pod("web", "sleep 1000").raw["spec"]}
    deployment = Deployment(
        {
            "metadata": meta("web"),
            "spec": {"replicas": 1, "selector": {"matchLabels": labels}, "template": template},
        }
    )
    deployment.create()
    deployment.wait("condition=Available", timeout=60)
    deployment.scale(2)
    assert deployment.replicas == 2
    while not deployment.ready():
        deployment.refresh()
    pods = deployment.pods()
    assert len(pods) == 2 and all(isinstance(pod, Pod) for pod in pods), pods
    deployment.delete(propagation_policy="Foreground")
    deployment.wait("delete", timeout=60)


def streams():
    shell = pod("shell", "echo started; sleep 1000")
    shell.create()
    shell.wait("condition=Ready", timeout=60)
    answer = shell.exec(["sh", "-c", "echo out; echo err >&2"])
    assert (answer.stdout, answer.stderr, answer.returncode) == (b"out\n", b"err\n", 0), answer
    assert shell.exec(["sh", "-c", "exit 3"], check=False).returncode == 3
    assert list(shell.logs()) == ["started"], list(shell.logs())
    for line in shell.logs(follow=True):
        assert line == "started", line
        break
    shell.delete()


def port_forward():
    serve = "mkdir /www; echo hello >/www/index.html; busybox httpd -f -p 8080 -h /www"
    server = pod("server", serve, readinessProbe={"tcpSocket": {"port": 8080}, "periodSeconds": 1})
    server.create()
    server.wait("condition=Ready", timeout=60)
    with server.portforward(remote_port=8080, local_port="auto") as port:
        for _ in range(3):
            answer = httpx.get(f"http://127.0.0.1:{port}/index.html", timeout=20)
            assert answer.text == "hello\n", answer.text
    server.delete()


def watched():
    def write():
        for number in range(3):
            ConfigMap({"metadata": meta(f"told-{number}", labels={"set": "told"})}).create()

    writer = threading.Thread(target=write)
    writer.start()
    told = []
    for event, item in kr8s.watch("configmaps", namespace=NAMESPACE, label_selector={"set": "told"}):
        told.append((event, item.name))
        if len(told) == 3:
            break
    writer.join()
    assert told == [("ADDED", f"told-{number}") for number in range(3)], told


def custom_kinds():
    schema = {"type": "object", "properties": {"spec": {"type": "object", "properties": {"size": {"type": "integer"}}}}}
    definition = object_from_spec(
        {
            "apiVersion": "apiextensions.k8s.io/v1",
            "kind": "CustomResourceDefinition",
            "metadata": {"name": "hats.kr8s.example.com"},
            "spec": {
                "group": "kr8s.example.com",
                "scope": "Namespaced",
                "names": {"plural": "hats", "kind": "Hat"},
                "versions": [
                    {"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": schema}}
                ],
            },
        }
    )
    definition.create()
    definition.wait("condition=Established", timeout=30)
    Hat = new_class(kind="Hat", version="kr8s.example.com/v1", namespaced=True)
    Hat({"metadata": meta("red"), "spec": {"size": 3}}).create()
    assert Hat.get("red", namespace=NAMESPACE).spec.size == 3
    assert [hat.name for hat in kr8s.get("hats.kr8s.example.com", namespace=NAMESPACE)] == ["red"]
    definition.delete()


namespace = Namespace({"metadata": {"name": NAMESPACE}})
namespace.create()
for step in [discovery, objects, deployments, streams, port_forward, watched, custom_kinds]:
    print(step.__name__, flush=True)
    step()
namespace.delete()

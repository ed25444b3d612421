"""What users of the official Python client do through its typed calls."""

from kubernetes import client, config, watch
from kubernetes.client.exceptions import ApiException
from kubernetes.stream import portforward, stream

IMAGE = "example.test/busybox:1"
NAMESPACE = "typed"

config.load_kube_config()
core = client.CoreV1Api()
apps = client.AppsV1Api()


def refused(code, call, *arguments, **named):
    """The error of a call that must be refused with this code."""
    try:
        call(*arguments, **named)
    except ApiException as error:
        assert error.status == code, f"{error.status} instead of {code}: {error.body}"
        return error
    raise AssertionError(f"{call.__name__} should have been refused with {code}")


def pod(name, command, **more):
    return client.V1Pod(
        metadata=client.V1ObjectMeta(name=name, labels={"app": name}),
        spec=client.V1PodSpec(
            termination_grace_period_seconds=0,
            containers=[
                client.V1Container(name="main", image=IMAGE, command=["sh", "-c", command], **more)
            ],
        ),
    )


def wait_for_pod(name, holds):
    """The pod as soon as a condition holds, told by a watch."""
    selector = f"metadata.name={name}"
    for event in watch.Watch().stream(
        core.list_namespaced_pod, NAMESPACE, field_selector=selector, timeout_seconds=60
    ):
        if event["type"] != "DELETED" and holds(event["object"]):
            return event["object"]
    raise AssertionError(f"pod {name} never got there: {core.read_namespaced_pod(name, NAMESPACE).status}")


def is_ready(pod):
    return any(c.type == "Ready" and c.status == "True" for c in pod.status.conditions or [])


def config_maps():
    created = core.create_namespaced_config_map(
        NAMESPACE, client.V1ConfigMap(metadata=client.V1ObjectMeta(name="one"), data={"a": "1"})
    )
    assert created.metadata.uid and created.metadata.creation_timestamp.tzinfo
    refused(409, core.create_namespaced_config_map, NAMESPACE, created_like(created))

    # The patch is a strategic merge where it is an object, and JSON patch where it is a list.
    core.patch_namespaced_config_map("one", NAMESPACE, {"data": {"b": "2"}})
    patched = core.patch_namespaced_config_map(
        "one", NAMESPACE, [{"op": "replace", "path": "/data/a", "value": "3"}]
    )
    assert patched.data == {"a": "3", "b": "2"}, patched.data

    # A write that starts from what is no longer there is refused.
    created.data = {"a": "late"}
    error = refused(409, core.replace_namespaced_config_map, "one", NAMESPACE, created)
    assert "the object has been modified" in error.body, error.body
    patched.data["c"] = "4"
    assert core.replace_namespaced_config_map("one", NAMESPACE, patched).data["c"] == "4"

    assert core.read_namespaced_config_map("one", NAMESPACE, pretty="true").data["c"] == "4"
    core.delete_namespaced_config_map("one", NAMESPACE)
    refused(404, core.read_namespaced_config_map, "one", NAMESPACE)


def created_like(created):
    return client.V1ConfigMap(metadata=client.V1ObjectMeta(name=created.metadata.name))


def pages_and_watches():
    for number in range(7):
        core.create_namespaced_config_map(
            NAMESPACE,
            client.V1ConfigMap(
                metadata=client.V1ObjectMeta(name=f"page-{number}", labels={"set": "pages"})
            ),
        )
    names, token = [], None
    while True:
        page = core.list_namespaced_config_map(
            NAMESPACE, label_selector="set=pages", limit=3, _continue=token
        )
        names += [item.metadata.name for item in page.items]
        token = page.metadata._continue
        if not token:
            break
    assert names == [f"page-{number}" for number in range(7)], names

    # A watch from a list's version tells of what came after it, in order.
    version = page.metadata.resource_version
    core.patch_namespaced_config_map("page-0", NAMESPACE, {"data": {"seen": "yes"}})
    core.delete_collection_namespaced_config_map(NAMESPACE, label_selector="set=pages")
    told = []
    watcher = watch.Watch()
    for event in watcher.stream(
        core.list_namespaced_config_map,
        NAMESPACE,
        label_selector="set=pages",
        resource_version=version,
        timeout_seconds=30,
    ):
        told.append((event["type"], event["object"].metadata.name))
        if len(told) == 8:
            watcher.stop()
    assert told[0] == ("MODIFIED", "page-0"), told
    assert sorted(told[1:]) == [("DELETED", f"page-{number}") for number in range(7)], told


def deployments():
    labels = {"app": "web"}
    body = client.V1Deployment(
        metadata=client.V1ObjectMeta(name="web"),
        spec=client.V1DeploymentSpec(
            replicas=2,
            selector=client.V1LabelSelector(match_labels=labels),
            template=client.V1PodTemplateSpec(
                metadata=client.V1ObjectMeta(labels=labels), spec=pod("web", "sleep 1000").spec
            ),
        ),
    )
    apps.create_namespaced_deployment(NAMESPACE, body)

    def wait_for_replicas(count):
        for event in watch.Watch().stream(
            apps.list_namespaced_deployment, NAMESPACE, timeout_seconds=60
        ):
            status = event["object"].status
            seen = status.observed_generation == event["object"].metadata.generation
            if seen and (status.ready_replicas or 0) == (status.replicas or 0) == count:
                return
        raise AssertionError(f"the deployment never had {count} replicas")

    wait_for_replicas(2)
    scale = apps.read_namespaced_deployment_scale("web", NAMESPACE)
    assert (scale.spec.replicas, scale.status.selector) == (2, "app=web"), scale
    apps.patch_namespaced_deployment_scale("web", NAMESPACE, {"spec": {"replicas": 1}})
    wait_for_replicas(1)
    status = apps.read_namespaced_deployment_status("web", NAMESPACE).status
    assert {c.type for c in status.conditions} == {"Available", "Progressing"}, status
    pods = core.list_namespaced_pod(NAMESPACE, label_selector="app=web")
    left = {item.metadata.name for item in pods.items}
    assert left, "the deployment has no pod"
    apps.delete_namespaced_deployment("web", NAMESPACE, propagation_policy="Foreground")
    for event in watch.Watch().stream(
        core.list_namespaced_pod,
        NAMESPACE,
        label_selector="app=web",
        resource_version=pods.metadata.resource_version,
        timeout_seconds=60,
    ):
        if event["type"] == "DELETED":
            left.discard(event["object"].metadata.name)
        if not left:
            return
    raise AssertionError(f"pods outlive their deployment: {left}")


def exec_streams():
    core.create_namespaced_pod(NAMESPACE, pod("shell", "sleep 1000"))
    wait_for_pod("shell", is_ready)
    answer = stream(
        core.connect_get_namespaced_pod_exec,
        "shell",
        NAMESPACE,
        command=["sh", "-c", "echo out; echo err >&2"],
        stderr=True,
        stdin=False,
        stdout=True,
        tty=False,
    )
    assert sorted(answer.split()) == ["err", "out"], answer

    session = stream(
        core.connect_get_namespaced_pod_exec,
        "shell",
        NAMESPACE,
        command=["sh", "-c", "read line; echo got $line; exit 3"],
        stderr=True,
        stdin=True,
        stdout=True,
        tty=False,
        _preload_content=False,
    )
    session.write_stdin("words\n")
    session.run_forever(timeout=30)
    assert session.read_stdout().strip() == "got words"
    assert session.returncode == 3, session.returncode


def logs():
    core.create_namespaced_pod(
        NAMESPACE, pod("speaker", "for i in 1 2 3; do echo line $i; sleep 0.3; done; sleep 1000")
    )
    wait_for_pod("speaker", is_ready)
    lines = []
    follower = watch.Watch()
    for line in follower.stream(core.read_namespaced_pod_log, "speaker", NAMESPACE):
        lines.append(line)
        if len(lines) == 3:
            follower.stop()
            break
    assert lines == ["line 1", "line 2", "line 3"], lines
    assert core.read_namespaced_pod_log("speaker", NAMESPACE, tail_lines=1) == "line 3\n"
    core.delete_namespaced_pod("speaker", NAMESPACE)


def port_forward():
    command = "while true; do printf 'HTTP/1.0 200 OK\\r\\n\\r\\nhello' | busybox nc -l -p 8080; done"
    core.create_namespaced_pod(NAMESPACE, pod("listener", command))
    wait_for_pod("listener", is_ready)
    forward = portforward(
        core.connect_get_namespaced_pod_portforward, "listener", NAMESPACE, ports="8080"
    )
    connection = forward.socket(8080)
    connection.settimeout(20)
    connection.sendall(b"GET / HTTP/1.0\r\n\r\n")
    answer = b""
    while not answer.endswith(b"hello"):
        piece = connection.recv(4096)
        assert piece, f"the connection ended early: {answer} {forward.error(8080)}"
        answer += piece
    assert forward.error(8080) is None, forward.error(8080)
    connection.close()


def pods_end():
    """A deletion is watched to its end, and what a pod's end was is told."""
    body = pod("ending", "exit 7")
    body.spec.restart_policy = "Never"
    core.create_namespaced_pod(NAMESPACE, body)
    ended = wait_for_pod("ending", lambda pod: pod.status.phase == "Failed")
    assert ended.status.container_statuses[0].state.terminated.exit_code == 7
    core.delete_namespaced_pod("ending", NAMESPACE, grace_period_seconds=0)


def invalid_objects():
    body = pod("UPPER", "true")
    error = refused(422, core.create_namespaced_pod, NAMESPACE, body)
    assert '"field":"metadata.name"' in error.body.replace(" ", ""), error.body


core.create_namespace(client.V1Namespace(metadata=client.V1ObjectMeta(name=NAMESPACE)))
for step in [
    config_maps,
    pages_and_watches,
    invalid_objects,
    deployments,
    exec_streams,
    logs,
    port_forward,
    pods_end,
]:
    print(step.__name__, flush=True)
    step()
core.delete_namespace(NAMESPACE)

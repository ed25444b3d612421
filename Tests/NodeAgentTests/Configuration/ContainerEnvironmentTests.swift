import Foundations
import Resources
import Testing

@testable import NodeAgent

@Suite struct ContainerEnvironmentTests {
  private let pod = Pod.sample { $0.metadata.annotations = ["note": "hi"] }

  private var sources: EnvironmentSources {
    var sources = EnvironmentSources()
    sources.configMaps["settings"] = ConfigMap(["data": ["COLOR": "red", "bad=key": "x"]])
    sources.secrets["keys"] = Secret(["data": ["TOKEN": "c2VjcmV0"]])
    sources.addresses = PodAddresses(podIPs: ["10.0.0.9"], hostIPs: ["192.0.2.1"])
    sources.allocatable = ["cpu": Quantity(4), "memory": Quantity(1 << 30)]
    return sources
  }

  private func environment(_ container: Document) throws -> ContainerEnvironment {
    try ContainerEnvironment(of: Container(container), in: pod, from: sources)
  }

  @Test("values come from every kind of source, and see what stands before them")
  func everySource() throws {
    let environment = try environment([
      "name": "web",
      "envFrom": [
        ["prefix": "P_", "configMapRef": ["name": "settings"]], ["secretRef": ["name": "keys"]],
      ],
      "env": [
        ["name": "A", "value": "1"], ["name": "B", "value": "$(A)-$(P_COLOR)-$(LATER)"],
        ["name": "LATER", "value": "x"],
        ["name": "NAME", "valueFrom": ["fieldRef": ["fieldPath": "metadata.name"]]],
        ["name": "NOTE", "valueFrom": ["fieldRef": ["fieldPath": "metadata.annotations['note']"]]],
        ["name": "IP", "valueFrom": ["fieldRef": ["fieldPath": "status.podIP"]]],
        [
          "name": "RED",
          "valueFrom": ["configMapKeyRef": ["name": "settings", "key": "COLOR"]],
        ],
        ["name": "KEY", "valueFrom": ["secretKeyRef": ["name": "keys", "key": "TOKEN"]]],
        ["name": "CPU", "valueFrom": ["resourceFieldRef": ["resource": "limits.cpu"]]],
      ],
    ])
    let expected = [
      "P_COLOR": "red", "TOKEN": "secret", "A": "1", "B": "1-red-$(LATER)", "NAME": "shop",
      "NOTE": "hi", "IP": "10.0.0.9", "RED": "red", "KEY": "secret", "CPU": "4",
    ]
    for (name, value) in expected { #expect(environment[name] == value, "\(name)") }
    #expect(environment["P_bad=key"] == nil)
    #expect(environment.skipped == ["bad=key of ConfigMap town/settings"])
  }

  @Test(
    "what is missing is told as upstream tells it",
    arguments: [
      (["configMapKeyRef": ["name": "no", "key": "k"]], "configmap \"no\" not found"),
      (
        ["configMapKeyRef": ["name": "settings", "key": "k"]],
        "couldn't find key k in ConfigMap town/settings"
      ),
      (["secretKeyRef": ["name": "no", "key": "k"]], "secret \"no\" not found"),
      (["fieldRef": ["fieldPath": "spec.volumes"]], "unsupported fieldPath: spec.volumes"),
    ] as [(Document, String)])
  func missing(_ source: Document, _ message: String) throws {
    let error = #expect(throws: ContainerSetupError.self) {
      try environment(["name": "web", "env": [["name": "X", "valueFrom": source]]])
    }
    #expect(error == .configuration(message))
  }

  @Test("an optional source that is missing leaves the variable out")
  func optional() throws {
    let environment = try environment([
      "name": "web", "envFrom": [["secretRef": ["name": "no", "optional": true]]],
      "env": [
        [
          "name": "X",
          "valueFrom": ["configMapKeyRef": ["name": "no", "key": "k", "optional": true]],
        ]
      ],
    ])
    #expect(environment.variables.isEmpty)
  }

  @Test("services of the namespace are told, and the API's always")
  func services() throws {
    var sources = EnvironmentSources()
    sources.services = [
      Service([
        "metadata": ["name": "my-db", "namespace": "town"],
        "spec": ["clusterIP": "10.43.0.5", "ports": [["name": "sql", "port": 5432]]],
      ]),
      Service([
        "metadata": ["name": "headless", "namespace": "town"],
        "spec": ["clusterIP": "None", "ports": [["port": 1]]],
      ]),
      Service([
        "metadata": ["name": "kubernetes", "namespace": "default"],
        "spec": ["clusterIP": "10.43.0.1", "ports": [["name": "https", "port": 443]]],
      ]),
    ]
    let all = try ContainerEnvironment(of: Container(), in: .sample(), from: sources)
    #expect(all["MY_DB_SERVICE_HOST"] == "10.43.0.5")
    #expect(all["MY_DB_SERVICE_PORT_SQL"] == "5432")
    #expect(all["MY_DB_PORT"] == "tcp://10.43.0.5:5432")
    #expect(all["MY_DB_PORT_5432_TCP_ADDR"] == "10.43.0.5")
    #expect(all["KUBERNETES_SERVICE_PORT"] == "443")
    #expect(all["HEADLESS_SERVICE_HOST"] == nil)
    let lonely = Pod.sample { $0.spec.enableServiceLinks = false }
    let few = try ContainerEnvironment(of: Container(), in: lonely, from: sources)
    #expect(few["MY_DB_SERVICE_HOST"] == nil)
    #expect(few["KUBERNETES_SERVICE_HOST"] == "10.43.0.1")
  }
}

import Resources
import Testing

@Suite struct SchemaTests {
  let schema = Schema.builtin

  @Test("the built-in schema holds every type of the API")
  func counts() {
    #expect(schema.types.count == 771)
    #expect(schema.types.filter { $0.kind != nil }.count == 193)
  }

  @Test("a kind is found by group, version and kind")
  func kinds() throws {
    let pod = try #require(schema.type(group: "", version: "v1", kind: "Pod"))
    #expect(pod.name == "io.k8s.api.core.v1.Pod")
    #expect(pod == schema.type(named: "io.k8s.api.core.v1.Pod"))
    let role = schema.type(group: "rbac.authorization.k8s.io", version: "v1", kind: "Role")
    #expect(role?.name == "io.k8s.api.rbac.v1.Role")
    #expect(schema.type(group: "apps", version: "v1", kind: "Pod") == nil)
    #expect(schema.type(group: "apps", version: "v1", kind: "DeleteOptions") != nil)
  }

  @Test("a field carries its type, number, list and patch facts")
  func fields() throws {
    let container = try #require(schema.type(named: "io.k8s.api.core.v1.Container"))
    let ports = try #require(container.field(named: "ports"))
    #expect(ports.wirePath == WirePath([6]))
    #expect(ports.listKind == .map)
    #expect(ports.listMapKeys == ["containerPort", "protocol"])
    #expect(ports.patchStrategy == .merge)
    #expect(ports.patchMergeKey == "containerPort")
    #expect(schema.objectType(of: ports.type)?.name == "io.k8s.api.core.v1.ContainerPort")
    #expect(try #require(container.field(named: "name")).isRequired)
    let policy = try #require(container.field(named: "imagePullPolicy"))
    #expect(policy.allowedValues == ["Always", "IfNotPresent", "Never"])
    #expect(container.field(named: "Name") == nil)
    #expect(container.field(named: "") == nil)
  }

  @Test("each field of each type is found by its name, and no other name is")
  func lookup() {
    for type in schema.types {
      for field in type.fields {
        #expect(type.field(named: field.name)?.name == field.name)
        #expect(type.field(named: field.name + "x") == nil)
      }
    }
  }

  @Test("fields of inlined messages carry the whole path of protobuf numbers")
  func inlined() throws {
    let volume = try #require(schema.type(named: "io.k8s.api.core.v1.Volume"))
    #expect(volume.field(named: "emptyDir")?.wirePath == WirePath([2, 2]))
    let rule = try #require(
      schema.type(named: "io.k8s.api.admissionregistration.v1.NamedRuleWithOperations"))
    let path = try #require(rule.field(named: "apiGroups")?.wirePath)
    #expect(path == WirePath([2, 2, 1]))
    #expect(path.first == 2 && path.rest == WirePath([2, 1]) && !path.rest.rest.isEmpty)
    #expect(path.rest.rest.rest.isEmpty)
  }

  @Test("every field but kind and apiVersion is on the wire")
  func numbered() {
    for type in schema.types where !type.name.hasSuffix(".version.Info") {
      for field in type.fields where field.name != "kind" && field.name != "apiVersion" {
        #expect(!field.wirePath.isEmpty, "\(type).\(field.name)")
      }
      let paths = type.fields.map(\.wirePath).filter { !$0.isEmpty }
      #expect(Set(paths).count == paths.count, "\(type)")
    }
  }
}

@Suite struct ResourceCatalogTests {
  let catalog = ResourceCatalog.builtin

  @Test("the catalog holds every collection and subresource")
  func counts() {
    #expect(catalog.resources.count == 95)
    #expect(catalog.subresources.count == 55)
  }

  @Test("a collection knows its kind, names, verbs, type and columns")
  func deployments() throws {
    let deployments = try #require(catalog.resource("apps", "v1", "deployments"))
    #expect(deployments.kind.description == "apps/v1, Kind=Deployment")
    #expect(deployments.singular == "deployment")
    #expect(deployments.shortNames == ["deploy"])
    #expect(deployments.categories == ["all"])
    #expect(deployments.verbs.count == 8)
    #expect(deployments.isNamespaced)
    #expect(deployments.type?.name == "io.k8s.api.apps.v1.Deployment")
    #expect(deployments.columns.map(\.name).first == "Name")
    #expect(deployments.columns.contains { $0.priority == 1 })
    let scale = try #require(
      catalog.subresource("scale", of: "deployments", group: "apps", version: "v1"))
    #expect(scale.kind.description == "autoscaling/v1, Kind=Scale")
    #expect(scale.name == "deployments/scale")
  }

  @Test("every collection that stores objects has a type")
  func types() {
    for resource in catalog.resources {
      #expect(resource.type != nil, "\(resource.name)")
    }
  }
}

import Resources
import Testing

@testable import APIServer

@Suite("Published schema")
struct OpenAPITests {
  private let documents = OpenAPIDocuments(
    catalog: .builtin, schema: .builtin, serverVersion: "v1.36.2")

  private func page(_ path: String) throws -> Document {
    try Document(json: try #require(try documents.page(path, accept: "")).body)
  }

  @Test("the index names a page for each group and version, and its tag leads to it")
  func index() throws {
    let paths = try #require(try page("/openapi/v3")["paths"])
    #expect(paths.members.map(\.name).contains("apis/apps/v1"))
    for (path, entry) in paths.members {
      let own = try #require(try documents.page("/openapi/v3/\(path)", accept: ""))
      let url = "/openapi/v3/\(path)?hash=\(own.entityTag.filter { $0 != "\"" })"
      #expect(entry["serverRelativeURL"]?.string == url)
    }
    #expect(try documents.page("/openapi/v3/apis/none/v1", accept: "") == nil)
  }

  @Test("every reference of a page leads to a schema of it", arguments: ["2", "3"])
  func references(version: String) throws {
    let page = try page(version == "2" ? "/openapi/v2" : "/openapi/v3/apis/apps/v1")
    let schemas = try #require(
      version == "2" ? page["definitions"] : page[path: "components", "schemas"])
    let names = Set(schemas.members.map(\.name))
    var open = [page]
    while let value = open.popLast() {
      for (name, member) in value.isObject ? Array(value.members) : [] {
        if name == "$ref", let target = member.string {
          #expect(names.contains(String(target.split(separator: "/").last ?? "")))
        }
        open.append(member)
      }
      if value.isArray { open += value.elements }
    }
  }

  @Test("a kind's schema says how its lists merge and what it must hold")
  func podSpec() throws {
    let schemas = try #require(try page("/openapi/v3/api/v1")[path: "components", "schemas"])
    let spec = try #require(schemas["io.k8s.api.core.v1.PodSpec"])
    #expect(spec["required"] == ["containers"])
    let containers = try #require(spec[path: "properties", "containers"])
    #expect(containers["x-kubernetes-patch-merge-key"]?.string == "name")
    #expect(containers["x-kubernetes-patch-strategy"]?.string == "merge")
    #expect(containers["x-kubernetes-list-map-keys"] == ["name"])
    #expect(
      schemas["io.k8s.api.core.v1.Pod"]?["x-kubernetes-group-version-kind"]
        == [["group": "", "kind": "Pod", "version": "v1"]])
  }

  @Test("what a list's or a map's values may be is said of the values")
  func elementValues() throws {
    let schemas = try #require(try page("/openapi/v3/api/v1")[path: "components", "schemas"])
    let modes = schemas[
      path: "io.k8s.api.core.v1.PersistentVolumeClaimSpec", "properties", "accessModes"]
    #expect(modes?["enum"] == nil)
    #expect(modes?[path: "items", "enum"]?.elements.contains { $0 == "ReadWriteOnce" } == true)
    let labels = schemas[path: "io.k8s.api.core.v1.PodList", "properties", "items"]
    #expect(labels?["items"] == ["$ref": "#/components/schemas/io.k8s.api.core.v1.Pod"])
    let quantity = schemas["io.k8s.apimachinery.pkg.api.resource.Quantity"]
    #expect(quantity?["oneOf"] == [["type": "string"], ["type": "number"]])
  }

  @Test("clients find that the server checks fields itself")
  func fieldValidation() throws {
    let patch = try page("/openapi/v3/apis/apps/v1")[
      path: "paths", "/apis/apps/v1/namespaces/{namespace}/deployments/{name}", "patch"]
    let names = patch?["parameters"]?.elements.compactMap { $0["name"]?.string } ?? []
    #expect(names.contains("fieldValidation"))
  }
}

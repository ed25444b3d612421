import Resources

/// The URLs of resources as OpenAPI operations: what clients look up there is which methods a kind
/// has, and which parameters they take.
struct OpenAPIPaths {
  let schemas: OpenAPISchemas

  static let versionInfo = "io.k8s.apimachinery.pkg.version.Info"

  /// Every path of these resources and subresources; in version 2 also that of the server's version.
  func all(of resources: [ResourceDefinition]) -> Document {
    let own = schemas.version == .v2 ? [versionPath] : []
    return Document((own + resources.flatMap { paths(of: $0) }).sorted { $0.0 < $1.0 })
  }

  private var versionPath: (String, Document) {
    let answer: Document = ["description": "OK", "schema": schemas.reference(Self.versionInfo)]
    return (
      "/version/",
      ["get": ["operationId": "getCodeVersion", "responses": ["200": answer]]]
    )
  }

  private func paths(of resource: ResourceDefinition) -> [(String, Document)] {
    let base =
      resource.group.isEmpty
      ? "/api/\(resource.version)" : "/apis/\(resource.group)/\(resource.version)"
    let scope = resource.isNamespaced ? "/namespaces/{namespace}" : ""
    let collection = "\(base)\(scope)/\(resource.plural)"
    let item = "\(collection)/{name}"
    if let subresource = resource.subresource {
      return [
        (
          "\(item)/\(subresource)",
          operations(resource, ["get", "create", "update", "patch", "delete"], isItem: true)
        )
      ]
    }
    var result = [
      (collection, operations(resource, ["list", "create", "deletecollection"], isItem: false))
    ]
    if resource.verbs.contains("get") {
      result.append(
        (item, operations(resource, ["get", "update", "patch", "delete"], isItem: true)))
    }
    if resource.isNamespaced && resource.verbs.contains("list") {
      result.append(
        (
          "\(base)/\(resource.plural)",
          operations(resource, ["list"], isItem: false, isEverywhere: true)
        ))
    }
    return result
  }

  private static let methods = [
    "get": "get", "list": "get", "create": "post", "update": "put", "patch": "patch",
    "delete": "delete", "deletecollection": "delete",
  ]
  private static let actions = ["create": "post", "update": "put"]

  private func operations(
    _ resource: ResourceDefinition, _ verbs: [String], isItem: Bool, isEverywhere: Bool = false
  ) -> Document {
    var result = Document.emptyObject
    for verb in verbs where resource.verbs.contains(verb) {
      guard let method = Self.methods[verb] else { continue }
      result[method] = operation(resource, verb)
    }
    var parameters: [Document] = []
    if isItem { parameters.append(parameter("name", "string", in: "path")) }
    if resource.isNamespaced && !isEverywhere {
      parameters.append(parameter("namespace", "string", in: "path"))
    }
    parameters.append(parameter("pretty", "string"))
    result["parameters"] = Document(parameters)
    return result
  }

  private func operation(_ resource: ResourceDefinition, _ verb: String) -> Document {
    var parameters: [Document] = []
    switch verb {
    case "create", "update", "patch":
      parameters = ["dryRun", "fieldManager", "fieldValidation"].map { parameter($0, "string") }
      if verb == "patch" { parameters.append(parameter("force", "boolean")) }
    case "delete", "deletecollection":
      parameters = [
        parameter("dryRun", "string"), parameter("gracePeriodSeconds", "integer"),
        parameter("propagationPolicy", "string"),
      ]
    default: break
    }
    if verb == "list" || verb == "deletecollection" {
      parameters +=
        ["continue", "fieldSelector", "labelSelector", "resourceVersion"].map {
          parameter($0, "string")
        } + [parameter("limit", "integer"), parameter("timeoutSeconds", "integer")]
      if verb == "list" { parameters.append(parameter("watch", "boolean")) }
    }
    var operation: Document = [
      "operationId": Document(operationID(resource, verb)),
      "parameters": Document(parameters),
      "responses": response(resource, verb),
      "x-kubernetes-action": Document(Self.actions[verb] ?? verb),
      "x-kubernetes-group-version-kind": OpenAPISchemas.document(of: resource.kind),
    ]
    if let type = body(resource, verb) {
      if schemas.version == .v3 {
        operation["requestBody"] = ["content": ["*/*": ["schema": type]], "required": true]
      } else {
        let own: Document = ["in": "body", "name": "body", "required": true, "schema": type]
        operation["parameters"] = Document(parameters + [own])
      }
    }
    return operation
  }

  private func body(_ resource: ResourceDefinition, _ verb: String) -> Document? {
    switch verb {
    case "create", "update": typeName(of: resource).map { schemas.reference($0) }
    case "patch": schemas.reference("io.k8s.apimachinery.pkg.apis.meta.v1.Patch")
    default: nil
    }
  }

  private func response(_ resource: ResourceDefinition, _ verb: String) -> Document {
    let status = "io.k8s.apimachinery.pkg.apis.meta.v1.Status"
    let name: String?
    switch verb {
    case "delete", "deletecollection": name = status
    case "list": name = typeName(of: resource).map { $0 + "List" }
    default: name = typeName(of: resource)
    }
    var answer: Document = ["description": "OK"]
    if let name, resource.schemaName != nil || schemas.schema.type(named: name) != nil {
      if schemas.version == .v3 {
        answer["content"] = ["application/json": ["schema": schemas.reference(name)]]
      } else {
        answer["schema"] = schemas.reference(name)
      }
    }
    var answers: [(String, Document)] = [("200", answer)]
    // What is made, and what is still under way.
    if ["create", "update", "patch"].contains(verb) { answers.append(("201", answer)) }
    if ["create", "delete"].contains(verb) { answers.append(("202", answer)) }
    return Document(answers + [("401", ["description": "Unauthorized"])])
  }

  private func typeName(of resource: ResourceDefinition) -> String? {
    resource.schemaName ?? resource.type?.name
  }

  /// Unique in a document, as the specification asks.
  private func operationID(_ resource: ResourceDefinition, _ verb: String) -> String {
    let words = [resource.group, resource.version, resource.name]
      .flatMap { $0.split { "./".contains($0) } }
    return verb + words.map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
  }

  private func parameter(_ name: String, _ type: String, in place: String = "query") -> Document {
    var result: Document = ["in": Document(place), "name": Document(name)]
    if schemas.version == .v3 {
      result["schema"] = ["type": Document(type)]
    } else {
      result["type"] = Document(type)
    }
    if place == "path" { result["required"] = true }
    return result
  }
}

import Resources

/// What `--authorization-config` says. Pure.
/// Source: apiserver.config.k8s.io/v1 AuthorizationConfiguration.
struct AuthorizationConfiguration: Sendable {
  enum Member: Sendable {
    case node, roles, alwaysAllow, alwaysDeny
    case webhook(AuthorizationWebhook)
  }

  /// In the order in which they are asked.
  let members: [Member]

  private static let kinds: [String: Member] = [
    "Node": .node, "RBAC": .roles, "AlwaysAllow": .alwaysAllow, "AlwaysDeny": .alwaysDeny,
  ]

  /// - Parameter path: of the file, for messages.
  init(_ bytes: [UInt8], path: String) throws(ConfigurationFileError) {
    let object = try ConfigurationFile.object(
      bytes, kind: "AuthorizationConfiguration", versions: ["v1", "v1beta1"], path: path)
    var fields = StrictFields()
    fields.check(object, Self.shape, at: "")
    var errors = fields.errors
    let list = object["authorizers"]?.elements.map { $0 } ?? []
    if list.isEmpty {
      errors.append(.required("authorizers", "at least one authorization mode must be defined"))
    }
    var members: [Member] = []
    var seen: (types: Set<String>, names: Set<String>) = ([], [])
    for (index, item) in list.enumerated() {
      let place = "authorizers[\(index)]"
      let type = item["type"]?.string ?? ""
      guard !type.isEmpty else {
        errors.append(.required("\(place).type"))
        continue
      }
      guard type == "Webhook" || Self.kinds[type] != nil else {
        errors.append(
          .notSupported("\(place).type", type, Self.kinds.keys.sorted() + ["Webhook"]))
        continue
      }
      if !seen.types.insert(type).inserted, type != "Webhook" {
        errors.append(.duplicate("\(place).type", Document(type)))
        continue
      }
      let name = item["name"]?.string ?? ""
      if name.isEmpty {
        errors.append(.required("\(place).name"))
      } else if !seen.names.insert(name).inserted {
        errors.append(.duplicate("\(place).name", Document(name)))
      }
      if let member = Self.member(type, name, item["webhook"], place, &errors) {
        members.append(member)
      }
    }
    guard errors.isEmpty else {
      throw ConfigurationFileError(path: path, reasons: errors.map(\.description))
    }
    self.members = members
  }

  private static func member(
    _ type: String, _ name: String, _ webhook: Document?, _ place: String,
    _ errors: inout [FieldError]
  ) -> Member? {
    guard type != "Webhook" else {
      guard let webhook else {
        errors.append(.required("\(place).webhook", "required when type=Webhook"))
        return nil
      }
      return .webhook(AuthorizationWebhook(name: name, webhook, at: place, &errors))
    }
    if webhook != nil {
      errors.append(
        .invalid("\(place).webhook", "non-null", "may only be specified when type=Webhook"))
    }
    return kinds[type]
  }

  private static let shape: StrictFields.Shape = .object([
    "apiVersion": .string, "kind": .string,
    "authorizers": .list(
      .object([
        "type": .string, "name": .string,
        "webhook": .object([
          "authorizedTTL": .string, "cacheAuthorizedRequests": .boolean,
          "unauthorizedTTL": .string, "cacheUnauthorizedRequests": .boolean, "timeout": .string,
          "subjectAccessReviewVersion": .string,
          "matchConditionSubjectAccessReviewVersion": .string, "failurePolicy": .string,
          "connectionInfo": .object(["type": .string, "kubeConfigFile": .string]),
          "matchConditions": .list(.object(["expression": .string])),
        ]),
      ])),
  ])
}

/// Agrees to everything, for clusters that trust whoever is known.
struct AlwaysAllowAuthorizer: Authorizer {
  func decide(_ attributes: AccessAttributes) -> AccessDecision { .allowed }
}

/// Agrees to nothing; others may.
struct AlwaysDenyAuthorizer: Authorizer {
  func decide(_ attributes: AccessAttributes) -> AccessDecision {
    .denied(reason: "Everything is forbidden.")
  }
}

import Foundations
import Resources

/// The question that a webhook is asked.
/// Source: admission/v1 AdmissionReview and AdmissionRequest.
struct AdmissionReview: Sendable {
  /// Of this one question.
  let uid: String
  let document: Document

  /// - Parameters:
  ///   - object: what is to be stored; `nil` for deletes.
  ///   - told: the version that the webhook wants to hear of; the client's own where `nil`.
  ///   - version: of the review; both have the same shape.
  init(
    _ object: Document?, _ write: AdmissionWrite, as told: ResourceType? = nil,
    version: Webhook.ReviewVersion, uid: String = UID.random().description
  ) {
    self.uid = uid
    let resource = write.resource
    let told = told ?? resource
    var request: Document = [
      "uid": Document(uid), "kind": Self.kind(write, told), "resource": Self.text(told),
    ]
    if let subresource = write.subresource { request["subResource"] = Document(subresource) }
    request["requestKind"] = Self.kind(write, resource)
    request["requestResource"] = Self.text(resource)
    if let subresource = write.subresource {
      request["requestSubResource"] = Document(subresource)
    }
    if !write.name.isEmpty { request["name"] = Document(write.name) }
    // A namespace counts as being in itself.
    if let namespace = resource == .namespaces ? write.name : write.namespace, !namespace.isEmpty {
      request["namespace"] = Document(namespace)
    }
    request["operation"] = Document(write.operation.rawValue)
    request["userInfo"] = Self.userInfo(write.user)
    request["object"] = object.map { write.converted($0, to: told) } ?? .null
    request["oldObject"] = write.old.map { write.converted($0, to: told) } ?? .null
    request["dryRun"] = Document(write.isDryRun)
    request["options"] = Self.options(write)
    document = [
      "kind": "AdmissionReview", "apiVersion": Document("admission.k8s.io/\(version.rawValue)"),
      "request": request,
    ]
  }

  private static func kind(_ write: AdmissionWrite, _ resource: ResourceType) -> Document {
    let kind =
      write.kind
      ?? GroupVersionKind(group: resource.group, version: resource.version, kind: resource.kind)
    return [
      "group": Document(kind.group), "version": Document(kind.version),
      "kind": Document(kind.kind),
    ]
  }

  private static func text(_ resource: ResourceType) -> Document {
    [
      "group": Document(resource.group), "version": Document(resource.version),
      "resource": Document(resource.plural),
    ]
  }

  /// Source: authentication/v1 UserInfo.
  static func userInfo(_ user: User) -> Document {
    var info: Document = ["username": Document(user.name)]
    if !user.uid.isEmpty { info["uid"] = Document(user.uid) }
    if !user.groups.isEmpty { info["groups"] = Document(user.groups.map { Document($0) }) }
    if !user.extra.isEmpty {
      info["extra"] = Document(
        user.extra.sorted { $0.key < $1.key }.map { key, values in
          (key, Document(values.map { Document($0) }))
        })
    }
    return info
  }

  /// Source: meta/v1 CreateOptions, UpdateOptions, DeleteOptions. A patch counts as what it comes to,
  /// as upstream has it.
  static func options(_ write: AdmissionWrite) -> Document {
    let kind: String
    switch write.operation {
    case .connect: return .null
    case .delete: return deleteOptions(write)
    case .create: kind = "CreateOptions"
    case .update: kind = "UpdateOptions"
    }
    var options: Document = ["kind": Document(kind), "apiVersion": "meta.k8s.io/v1"]
    if write.isDryRun { options["dryRun"] = ["All"] }
    if !write.manner.fieldManager.isEmpty {
      options["fieldManager"] = Document(write.manner.fieldManager)
    }
    if !write.manner.fieldValidation.isEmpty {
      options["fieldValidation"] = Document(write.manner.fieldValidation)
    }
    return options
  }

  private static func deleteOptions(_ write: AdmissionWrite) -> Document {
    var options: Document = ["kind": "DeleteOptions", "apiVersion": "meta.k8s.io/v1"]
    guard let asked = write.deleteOptions else { return options }
    if let seconds = asked.gracePeriodSeconds { options["gracePeriodSeconds"] = Document(seconds) }
    var preconditions = Document.emptyObject
    if let uid = asked.uid { preconditions["uid"] = Document(uid) }
    if let version = asked.resourceVersion { preconditions["resourceVersion"] = Document(version) }
    if !preconditions.isEmpty { options["preconditions"] = preconditions }
    if let policy = asked.propagationPolicy {
      options["propagationPolicy"] = Document(policy.rawValue)
    }
    if write.isDryRun { options["dryRun"] = ["All"] }
    return options
  }
}

extension AdmissionWrite {
  /// Runs what asks for `converted` objects, once they are known where a webhook converts them.
  func deciding<Value>(_ decide: () throws(APIError) -> Value) async throws(APIError) -> Value {
    guard kind == nil, let conversion else { return try decide() }
    return try await conversion.deciding(decide)
  }

  /// An object of the write in another version of its kind.
  func converted(_ object: Document, to resource: ResourceType) -> Document {
    guard kind == nil, let versions else { return object }
    return versions.converted(object, to: resource.apiVersion)
  }
}

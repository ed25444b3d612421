import Foundations
import Networking
import Resources

/// What is written of one request at one stage. Pure.
/// Source: audit.k8s.io/v1 Event.
struct AuditEvent: Sendable {
  let level: AuditLevel
  /// Of all events of one request.
  let auditID: String
  let requestURI: String
  let verb: String
  let user: User
  let sourceAddresses: [String]
  let userAgent: String
  let received: Timestamp
  /// What is asked for; `nil` for paths outside the resources.
  var reference: Reference?
  /// Whom the user acts for.
  var impersonated: User?
  var requestObject: Document?
  var responseObject: Document?
  /// Set once there is an answer.
  var status: Status?
  var annotations: [String: String] = [:]

  /// Source: audit.k8s.io/v1 ObjectReference.
  struct Reference: Sendable, Equatable {
    var resource = ""
    var subresource = ""
    var namespace = ""
    var name = ""
    var uid = ""
    var group = ""
    var version = ""
    var resourceVersion = ""
  }

  /// How it ended. Source: meta/v1 Status, without its metadata.
  struct Status: Sendable, Equatable {
    var code: Int
    /// A `Status` that was answered; `nil` where an object was.
    var answer: Document?
  }

  init(
    _ request: ServerRequest, _ attributes: AccessAttributes, level: AuditLevel, auditID: String,
    received: Timestamp
  ) {
    self.level = level
    self.auditID = auditID
    self.received = received
    requestURI = request.target.raw
    verb = attributes.verb
    user = attributes.user
    userAgent = request.headers["user-agent"] ?? ""
    sourceAddresses = Self.sourceAddresses(of: request)
    guard attributes.path == nil else { return }
    reference = Reference(
      resource: attributes.resource, subresource: attributes.subresource,
      namespace: attributes.namespace, name: attributes.name, group: attributes.group,
      version: attributes.version)
  }

  func document(_ stage: AuditStage, at now: Timestamp) -> Document {
    var event: Document = [
      "kind": "Event", "apiVersion": "audit.k8s.io/v1", "level": Document(level.rawValue),
      "auditID": Document(auditID), "stage": Document(stage.rawValue),
      "requestURI": Document(requestURI), "verb": Document(verb),
      "user": AdmissionReview.userInfo(user),
    ]
    if let impersonated { event["impersonatedUser"] = AdmissionReview.userInfo(impersonated) }
    if !sourceAddresses.isEmpty {
      event["sourceIPs"] = Document(sourceAddresses.map { Document($0) })
    }
    if !userAgent.isEmpty { event["userAgent"] = Document(userAgent) }
    if let reference { event["objectRef"] = reference.document }
    if let status { event["responseStatus"] = status.document }
    if let requestObject { event["requestObject"] = requestObject }
    if let responseObject { event["responseObject"] = responseObject }
    event["requestReceivedTimestamp"] = Document(received.microDescription)
    event["stageTimestamp"] = Document(now.microDescription)
    if !annotations.isEmpty {
      event["annotations"] = Document(
        annotations.sorted { $0.key < $1.key }.map { ($0.key, Document($0.value)) })
    }
    return event
  }

  /// Where a request says that it comes from, and whom it came from.
  /// Source: upstream's `SourceIPs`.
  static func sourceAddresses(of request: ServerRequest) -> [String] {
    var found: [String] = []
    func add(_ text: some StringProtocol) {
      let bare = String(text).filter { $0 != " " }
      guard let address = IPAddress(bare)?.description, !found.contains(address) else { return }
      found.append(address)
    }
    for part in (request.headers["x-forwarded-for"] ?? "").split(separator: ",") { add(part) }
    if let real = request.headers["x-real-ip"] { add(real) }
    let remote = request.connection.remoteAddress
    if let end = remote.lastIndex(of: ":") {
      add(remote[..<end].filter { $0 != "[" && $0 != "]" })
    }
    return found
  }
}

extension AuditEvent.Reference {
  fileprivate var document: Document {
    let members = [
      ("resource", resource), ("namespace", namespace), ("name", name), ("uid", uid),
      ("apiGroup", group), ("apiVersion", version), ("resourceVersion", resourceVersion),
      ("subresource", subresource),
    ]
    return Document(members.filter { !$0.1.isEmpty }.map { ($0.0, Document($0.1)) })
  }

  /// Takes from an object what the URL did not say.
  mutating func complete(from object: Document) {
    guard let metadata = object["metadata"] else { return }
    if name.isEmpty { name = metadata["name"]?.string ?? "" }
    if namespace.isEmpty { namespace = metadata["namespace"]?.string ?? "" }
    if uid.isEmpty { uid = metadata["uid"]?.string ?? "" }
    if resourceVersion.isEmpty { resourceVersion = metadata["resourceVersion"]?.string ?? "" }
  }
}

extension AuditEvent.Status {
  fileprivate var document: Document {
    var status: Document = ["metadata": .emptyObject]
    for member in ["status", "message", "reason", "details"] {
      if let value = answer?[member] { status[member] = value }
    }
    status["code"] = Document(code)
    return status
  }
}

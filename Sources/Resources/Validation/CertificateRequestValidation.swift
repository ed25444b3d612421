/// The rules of CertificateSigningRequests that need no look into the request itself.
/// Source: Kubernetes documentation, "Certificates and Certificate Signing Requests".
enum CertificateRequestValidation {
  private static let secondsMin = 600
  private static let legacySigner = "kubernetes.io/legacy-unknown"
  private static let approvals = ["Approved", "Denied"]
  /// Conditions that are never taken back, and true wherever they are.
  private static let finals = ["Approved", "Denied", "Failed"]

  /// Source: certificates/v1 KeyUsage.
  private static let usages = [
    "any", "cert sign", "client auth", "code signing", "content commitment", "crl sign",
    "data encipherment", "decipher only", "digital signature", "email protection",
    "encipher only", "ipsec end system", "ipsec tunnel", "ipsec user", "key agreement",
    "key encipherment", "microsoft sgc", "netscape sgc", "ocsp signing", "s/mime", "server auth",
    "signing", "timestamping",
  ]

  static func errors(_ request: Document) -> [FieldError] {
    guard let spec = request["spec"] else { return [.required("spec")] }
    return usageErrors(spec) + signerErrors(spec) + lifetimeErrors(spec)
  }

  private static func usageErrors(_ spec: Document) -> [FieldError] {
    var errors: [FieldError] = []
    var seen: Set<String> = []
    let asked = spec["usages"]?.elements.compactMap(\.string) ?? []
    if asked.isEmpty { errors.append(.required("spec.usages")) }
    for (position, usage) in asked.enumerated() {
      let field = "spec.usages[\(position)]"
      if !usages.contains(usage) { errors.append(.notSupported(field, usage, usages)) }
      if !seen.insert(usage).inserted { errors.append(.duplicate(field, Document(usage))) }
    }
    return errors
  }

  private static func signerErrors(_ spec: Document) -> [FieldError] {
    let field = "spec.signerName"
    guard let name = spec["signerName"]?.string, !name.isEmpty else { return [.required(field)] }
    if name == legacySigner {
      return [
        .invalid(
          field, Document(name), "the legacy signerName is not allowed via this API version")
      ]
    }
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, parts[0].contains("."), !parts[1].isEmpty,
      NameRule.subdomain.problems(String(parts[0])).isEmpty
    else {
      return [
        .invalid(
          field, Document(name),
          "must be a fully qualified domain and path of the form 'example.com/signer-name'")
      ]
    }
    return NameRule.subdomain.problems(String(parts[1])).map {
      .invalid(field, Document(parts[1]), $0)
    }
  }

  private static func lifetimeErrors(_ spec: Document) -> [FieldError] {
    guard let seconds = spec["expirationSeconds"]?.integer, seconds < secondsMin else { return [] }
    return [
      .invalid(
        "spec.expirationSeconds", Document(seconds),
        "may not specify a duration less than 600 seconds (10 minutes)")
    ]
  }

  // MARK: Change

  /// - Parameter subresource: `approval` may approve or deny, `status` may bring the certificate.
  static func changeErrors(_ new: Document, _ old: Document, _ subresource: String?)
    -> [FieldError]
  {
    conditionErrors(new)
      + approvalErrors(new, old, mayApprove: subresource == "approval")
      + certificateErrors(new, old, mayIssue: subresource == "status")
  }

  private static func conditions(_ request: Document, _ type: String? = nil) -> [Document] {
    let all = request[path: "status", "conditions"]?.elements.map { $0 } ?? []
    return type.map { type in all.filter { $0["type"]?.string == type } } ?? all
  }

  private static func conditionErrors(_ request: Document) -> [FieldError] {
    var errors: [FieldError] = []
    var seen: Set<String> = []
    for (position, condition) in conditions(request).enumerated() {
      let field = "status.conditions[\(position)]"
      let type = condition["type"]?.string ?? ""
      if type.isEmpty { errors.append(.required("\(field).type")) }
      let allowed = finals.contains(type) ? ["True"] : ["False", "True", "Unknown"]
      let status = condition["status"]?.string ?? ""
      if status.isEmpty {
        errors.append(.required("\(field).status"))
      } else if !allowed.contains(status) {
        errors.append(.notSupported("\(field).status", status, allowed))
      }
      if approvals.contains(type), seen.contains(approvals[0] == type ? approvals[1] : approvals[0])
      {
        errors.append(
          .invalid(
            "status.conditions", Document(type),
            "Approved and Denied conditions are mutually exclusive"))
      }
      if !seen.insert(type).inserted {
        errors.append(.duplicate("\(field).type", Document(type)))
      }
    }
    return errors
  }

  private static func approvalErrors(_ new: Document, _ old: Document, mayApprove: Bool)
    -> [FieldError]
  {
    finals.compactMap { type in
      let before = conditions(old, type)
      let after = conditions(new, type)
      let verb: String
      if after.count < before.count {
        verb = "remove"
      } else if mayApprove || !approvals.contains(type) || before == after {
        return nil
      } else {
        verb = after.count > before.count ? "add" : "modify"
      }
      return .forbidden(
        "status.conditions", "updates may not \(verb) a condition of type \"\(type)\"")
    }
  }

  private static func certificateErrors(_ new: Document, _ old: Document, mayIssue: Bool)
    -> [FieldError]
  {
    let before = old[path: "status", "certificate"]?.string ?? ""
    guard (new[path: "status", "certificate"]?.string ?? "") != before else { return [] }
    if !mayIssue {
      return [.forbidden("status.certificate", "updates may not set certificate content")]
    }
    return before.isEmpty
      ? []
      : [
        .forbidden(
          "status.certificate", "updates may not modify existing certificate content")
      ]
  }
}

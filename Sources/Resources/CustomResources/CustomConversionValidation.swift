import Foundations

/// How the objects of a CustomResourceDefinition may be brought from one version to another.
///
/// Places are those of upstream's internal form, in which a webhook's client and versions stand in
/// `spec.conversion` itself. The names of the webhook's service are told at their own places; upstream
/// takes the one for the other.
/// Source: Kubernetes API reference, "CustomResourceConversion".
enum CustomConversionValidation {
  private static let field = "spec.conversion"
  private static let clientField = "\(field).webhookClientConfig"
  private static let reviewField = "\(field).conversionReviewVersions"
  private static let knownReviews = ["v1", "v1beta1"]

  /// - Parameter old: the `spec` that is replaced.
  static func errors(_ spec: Document, replacing old: Document?) -> [FieldError] {
    guard let conversion = spec["conversion"] else { return [] }
    let strategy = conversion["strategy"]?.string ?? ""
    let client = conversion[path: "webhook", "clientConfig"]
    let reviews = reviewVersions(conversion)
    var errors = strategyErrors(strategy, spec)
    if strategy == "Webhook" {
      errors += clientErrors(client)
      let former = old?["conversion"].map(reviewVersions) ?? []
      errors += reviewErrors(reviews, mayBeForeign: !former.isEmpty && !hasKnown(former))
    } else {
      errors += idleErrors(hasClient: client != nil, reviews)
    }
    return errors
  }

  private static func reviewVersions(_ conversion: Document) -> [String] {
    conversion[path: "webhook", "conversionReviewVersions"]?.elements.compactMap(\.string) ?? []
  }

  private static func hasKnown(_ reviews: [String]) -> Bool {
    reviews.contains(where: knownReviews.contains)
  }

  private static func strategyErrors(_ strategy: String, _ spec: Document) -> [FieldError] {
    var errors: [FieldError] = []
    if strategy != "None", spec["preserveUnknownFields"]?.bool == true {
      errors.append(
        .invalid(
          "\(field).strategy", Document(strategy),
          "must be None if spec.preserveUnknownFields is true"))
    }
    if strategy.isEmpty {
      errors.append(.required("\(field).strategy"))
    } else if !["None", "Webhook"].contains(strategy) {
      errors.append(.notSupported("\(field).strategy", strategy, ["None", "Webhook"]))
    }
    return errors
  }

  private static func clientErrors(_ client: Document?) -> [FieldError] {
    guard let client else {
      return [.required(clientField, "required when strategy is set to Webhook")]
    }
    return WebhookEndpointValidation.errors(client, at: clientField)
  }

  /// - Parameter mayBeForeign: whether it is so already that the webhook answers in no known version.
  private static func reviewErrors(_ reviews: [String], mayBeForeign: Bool) -> [FieldError] {
    if reviews.isEmpty { return [.required(reviewField)] }
    var errors: [FieldError] = []
    var seen: Set<String> = []
    for (position, version) in reviews.enumerated() {
      let isFirst = seen.insert(version).inserted
      let problems = isFirst ? ObjectName.problems(hostLabel: version) : ["duplicate version"]
      errors += problems.map {
        .invalid("\(reviewField)[\(position)]", Document(version), $0)
      }
    }
    if !mayBeForeign && !hasKnown(reviews) {
      let known = knownReviews.joined(separator: ", ")
      errors.append(
        .invalid(
          reviewField, Document(reviews.map { Document($0) }),
          "must include at least one of \(known)"))
    }
    return errors
  }

  /// What a webhook is told without being asked.
  private static func idleErrors(hasClient: Bool, _ reviews: [String]) -> [FieldError] {
    let words = "should not be set when strategy is not set to Webhook"
    return (hasClient ? [.forbidden(clientField, words)] : [])
      + (reviews.isEmpty ? [] : [.forbidden(reviewField, words)])
  }
}

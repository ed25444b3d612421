import Foundations

/// What may differ between a pod and its successor: images, a shorter deadline, added tolerations,
/// gates that are lifted, and, while there are gates, a narrower choice of nodes.
/// Source: Kubernetes API reference, "Pod"; Kubernetes documentation, "Pod Scheduling Readiness";
/// upstream's messages.
enum PodChangeValidation {
  static func errors(_ new: Document, _ old: Document) -> [FieldError] {
    guard let spec = new["spec"], let before = old["spec"] else { return [] }
    var errors = annotationErrors(new, old)
    for list in ["containers", "initContainers"] {
      let (containers, former) = (spec[list] ?? .emptyArray, before[list] ?? .emptyArray)
      if containers.count != former.count {
        return errors + [
          .forbidden("spec.\(list)", "pod updates may not add or remove containers")
        ]
      }
      errors += imageErrors(containers, at: "spec.\(list)")
    }
    let deadline = deadlineErrors(spec["activeDeadlineSeconds"], before["activeDeadlineSeconds"])
    errors += deadline
    if !deadline.isEmpty, spec["activeDeadlineSeconds"] != nil { return errors }
    errors += tolerationErrors(spec["tolerations"], before["tolerations"])
    errors += gateErrors(spec["schedulingGates"], before["schedulingGates"])
    let isGated = before["schedulingGates"]?.isEmpty == false
    if isGated { errors += placementErrors(spec, before) }
    if !Document.haveSameMeaning(
      fixed(spec, of: before, isGated: isGated), fixed(before, of: before, isGated: isGated))
    {
      errors.append(
        .forbidden(
          "spec",
          "pod updates may not change fields other than `spec.containers[*].image`,"
            + "`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` "
            + "(only additions to existing tolerations),`spec.terminationGracePeriodSeconds` "
            + "(allow it to be set to 1 if it was previously negative)"))
    }
    return errors
  }

  /// That a pod mirrors one of a node's own stays as it is.
  static func annotationErrors(_ new: Document, _ old: Document) -> [FieldError] {
    let name = "kubernetes.io/config.mirror"
    let (after, before) = (
      new[path: "metadata", "annotations", name], old[path: "metadata", "annotations", name]
    )
    if after == before { return [] }
    return [
      .forbidden(
        "metadata.annotations[\(name)]",
        before == nil
          ? "may not add mirror pod annotation" : "may not remove or update mirror pod annotation")
    ]
  }

  private static func imageErrors(_ containers: Document, at path: String) -> [FieldError] {
    containers.elements.enumerated().flatMap { position, container -> [FieldError] in
      let place = "\(path)[\(position)].image"
      let image = container["image"]?.string ?? ""
      if image.isEmpty { return [.required(place)] }
      guard let first = image.first, let last = image.last, first.isWhitespace || last.isWhitespace
      else { return [] }
      return [
        .invalid(place, container["image"], "must not have leading or trailing whitespace")
      ]
    }
  }

  /// A deadline comes, or gets shorter.
  private static func deadlineErrors(_ new: Document?, _ old: Document?) -> [FieldError] {
    let place = "spec.activeDeadlineSeconds"
    guard let seconds = new?.integer else {
      return old == nil
        ? [] : [.invalid(place, nil, "must not update from a positive integer to nil value")]
    }
    if !(0...Int(Int32.max)).contains(seconds) {
      return [.invalid(place, new, "must be between 0 and 2147483647, inclusive")]
    }
    guard let before = old?.integer, seconds > before else { return [] }
    return [.invalid(place, new, "must be less than or equal to previous value")]
  }

  private static func tolerationErrors(_ new: Document?, _ old: Document?) -> [FieldError] {
    // How long a toleration lasts may change.
    func key(_ toleration: Document) -> Document {
      var key = toleration
      key["tolerationSeconds"] = nil
      return key
    }
    let kept = Set((new ?? .emptyArray).elements.map(key))
    let isComplete = (old ?? .emptyArray).elements.allSatisfy { kept.contains(key($0)) }
    if isComplete { return [] }
    return [
      .forbidden(
        "spec.tolerations", "existing toleration can not be modified except its tolerationSeconds")
    ]
  }

  private static func gateErrors(_ new: Document?, _ old: Document?) -> [FieldError] {
    let known = Set((old ?? .emptyArray).elements.compactMap { $0["name"]?.string })
    var places: [String: Int] = [:]
    for (position, gate) in (new ?? .emptyArray).elements.enumerated() {
      places[gate["name"]?.string ?? ""] = position
    }
    return places.filter { !known.contains($0.key) }.map { name, position in
      .forbidden(
        "spec.schedulingGates[\(position)].name",
        "only deletion is allowed, but found new scheduling gate '\(name)'")
    }
  }

  // MARK: Gated pods

  /// What a pod that waits for its gates demands of its node may only become more.
  private static func placementErrors(_ new: Document, _ old: Document) -> [FieldError] {
    var errors: [FieldError] = []
    let selector = new["nodeSelector"] ?? .emptyObject
    let isKept = (old["nodeSelector"] ?? .emptyObject).members.allSatisfy {
      selector[$0.name] == $0.value
    }
    if !isKept {
      errors.append(
        .invalid(
          "spec.nodeSelector", selector,
          "only additions to spec.nodeSelector are allowed (no mutations or deletions)"))
    }
    return errors + termErrors(terms(new), terms(old))
  }

  private static let termPath = [
    "affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution",
    "nodeSelectorTerms",
  ]

  private static func terms(_ spec: Document) -> [Document] {
    (spec.value(at: termPath) ?? .emptyArray).elements.map { $0 }
  }

  private static func termErrors(_ new: [Document], _ old: [Document]) -> [FieldError] {
    let place = "spec.\(termPath.joined(separator: "."))"
    if old.isEmpty { return [] }
    if new.count != old.count {
      return [
        .invalid(
          place, Document(new),
          "no additions/deletions to non-empty NodeSelectorTerms list are allowed")
      ]
    }
    return zip(new, old).enumerated().compactMap { position, pair in
      if onlyAdds(pair.0, to: pair.1) { return nil }
      return .invalid(
        "\(place)[\(position)]", pair.0, "only additions are allowed (no mutations or deletions)")
    }
  }

  private static func onlyAdds(_ new: Document, to old: Document) -> Bool {
    let lists = ["matchExpressions", "matchFields"].map { list in
      (
        new: (new[list] ?? .emptyArray).elements.map { $0 },
        old: (old[list] ?? .emptyArray).elements.map { $0 }
      )
    }
    // A term without demands fits no node, and stays so.
    if lists.allSatisfy(\.old.isEmpty) { return lists.allSatisfy(\.new.isEmpty) }
    return lists.allSatisfy { $0.new.starts(with: $0.old) }
  }

  // MARK: What stays

  /// A pod's spec without what may change, or has been looked at.
  /// - Parameter before: the spec that is replaced.
  private static func fixed(_ spec: Document, of before: Document, isGated: Bool) -> Document {
    var spec = spec
    for member in ["activeDeadlineSeconds", "tolerations", "schedulingGates"] {
      spec[member] = nil
    }
    for list in ["containers", "initContainers"] {
      spec.edit(list) { $0.editElements { $0["image"] = nil } }
    }
    // A grace below zero was once taken, and means the shortest.
    if before["terminationGracePeriodSeconds"]?.integer ?? 0 < 0,
      spec["terminationGracePeriodSeconds"]?.integer == 1
    {
      spec["terminationGracePeriodSeconds"] = before["terminationGracePeriodSeconds"]
    }
    if isGated {
      spec["nodeSelector"] = nil
      spec.set(nil, at: ["affinity", "nodeAffinity"])
    }
    return spec
  }
}

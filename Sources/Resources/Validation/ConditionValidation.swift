import Foundations

/// The rules of conditions in a status.
/// Source: Kubernetes API conventions, "Typical status properties"; apimachinery
/// `ValidateConditions`; its messages.
enum ConditionValidation {
  private static let statuses = ["False", "True", "Unknown"]
  private static let reasonByteCountMax = 1024
  private static let messageByteCountMax = 32 * 1024

  static func errors(_ conditions: Document?, at path: String = "status.conditions")
    -> [FieldError]
  {
    var types: Set<String> = []
    return (conditions ?? .emptyArray).elements.enumerated().flatMap { position, condition in
      let place = "\(path)[\(position)]"
      let type = condition["type"]?.string ?? ""
      let doubled: [FieldError] =
        types.insert(type).inserted ? [] : [.duplicate("\(place).type", Document(type))]
      return doubled + errors(of: condition, at: place)
    }
  }

  private static func errors(of condition: Document, at path: String) -> [FieldError] {
    let type = condition["type"]?.string ?? ""
    var errors = ObjectName.problems(qualifiedName: type).map {
      FieldError.invalid("\(path).type", Document(type), $0)
    }
    let status = condition["status"]?.string ?? ""
    if !statuses.contains(status) {
      errors.append(.notSupported("\(path).status", status, statuses))
    }
    if let generation = condition["observedGeneration"], generation.integer ?? 0 < 0 {
      errors.append(
        .invalid(
          "\(path).observedGeneration", generation, "must be greater than or equal to zero"))
    }
    if condition["lastTransitionTime"] == nil {
      errors.append(.required("\(path).lastTransitionTime"))
    }
    errors += reasonErrors(condition["reason"]?.string ?? "", at: "\(path).reason")
    if condition["message"]?.stringBytes?.count ?? 0 > messageByteCountMax {
      errors.append(.tooLong("\(path).message", byteCountMax: messageByteCountMax))
    }
    return errors
  }

  private static func reasonErrors(_ reason: String, at path: String) -> [FieldError] {
    guard let first = reason.utf8.first, let last = reason.utf8.last else {
      return [.required(path)]
    }
    func isLetter(_ byte: UInt8) -> Bool { UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20 }
    func isWord(_ byte: UInt8) -> Bool {
      isLetter(byte) || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || byte == UInt8(ascii: "_")
    }
    let inner: Set<UInt8> = [UInt8(ascii: ","), UInt8(ascii: ":")]
    var errors: [FieldError] = []
    if !isLetter(first) || !isWord(last)
      || !reason.utf8.allSatisfy({ isWord($0) || inner.contains($0) })
    {
      errors.append(
        .invalid(
          path, Document(reason),
          "a condition reason must start with alphabetic character, optionally followed by a string "
            + "of alphanumeric characters or '_,:', and must end with an alphanumeric character or "
            + "'_' (e.g. 'my_name',  or 'MY_NAME',  or 'MyName',  or 'ReasonA,ReasonB',  or "
            + "'ReasonA:ReasonB', regex used for validation is "
            + "'[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?')"))
    }
    if reason.utf8.count > reasonByteCountMax {
      errors.append(.tooLong(path, byteCountMax: reasonByteCountMax))
    }
    return errors
  }

  /// That every condition says what it is about, once. Of kinds whose conditions are held to no more.
  static func typeErrors(_ conditions: Document?, at path: String = "status.conditions")
    -> [FieldError]
  {
    var types: Set<String> = []
    return (conditions ?? .emptyArray).elements.enumerated().flatMap { position, condition in
      let place = "\(path)[\(position)].type"
      let type = condition["type"]?.string ?? ""
      var errors: [FieldError] = type.isEmpty ? [.required(place)] : []
      if !types.insert(type).inserted { errors.append(.duplicate(place, Document(type))) }
      return errors
    }
  }
}

import Foundations

/// The rules of config maps and secrets.
enum ConfigurationValidation {
  /// All values of one object together.
  private static let byteCountMax = 1024 * 1024

  static func errors(_ object: Document, kind: String) -> [FieldError] {
    var errors: [FieldError] = []
    var byteCount = 0
    let maps = kind == "ConfigMap" ? ["data", "binaryData"] : ["data"]
    for map in maps {
      guard let data = object[map] else { continue }
      for (key, value) in data.members {
        errors += ObjectName.problems(configKey: key).map {
          .invalid("\(map)[\(key)]", Document(key), $0)
        }
        if map == "binaryData" && object["data"]?[key] != nil {
          errors.append(
            .invalid("data[\(key)]", Document(key), "duplicate of key present in binaryData"))
        }
        let text = value.stringBytes ?? []
        // Base64 holds three bytes in four, and tells with what is missing in the last ones.
        let padding = text.suffix(2).count { $0 == UInt8(ascii: "=") }
        byteCount +=
          map == "data" && kind == "ConfigMap" ? text.count : text.count / 4 * 3 - padding
      }
    }
    if byteCount > byteCountMax {
      errors.append(
        .tooLong(kind == "ConfigMap" ? "[]" : "data", byteCountMax: byteCountMax))
    }
    if kind == "Secret" { errors += SecretTypeValidation.errors(object) }
    return errors
  }

  static func changeErrors(_ new: Document, _ old: Document, kind: String) -> [FieldError] {
    var errors: [FieldError] = []
    if kind == "Secret", new["type"] != old["type"] {
      errors.append(.invalid("type", new["type"], "field is immutable"))
    }
    guard old["immutable"]?.bool == true else { return errors }
    if new["immutable"]?.bool != true {
      errors.append(.forbidden("immutable", "field is immutable when `immutable` is set"))
    }
    for map in ["data", "binaryData"] where new[map] != old[map] {
      errors.append(.forbidden(map, "field is immutable when `immutable` is set"))
    }
    return errors
  }
}

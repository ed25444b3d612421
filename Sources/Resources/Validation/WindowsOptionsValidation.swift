import Foundations

/// The rules of what security contexts say for Windows.
/// Source: Kubernetes API reference, "WindowsSecurityContextOptions"; upstream's messages.
enum WindowsOptionsValidation {
  private static let credentialByteCountMax = 64 * 1024
  private static let domainByteCountMax = 255
  private static let userByteCountMax = 104
  private static let netBIOSCharacterCountMax = 15

  static func errors(_ options: Document?, at path: String) -> [FieldError] {
    guard let options else { return [] }
    var errors: [FieldError] = []
    if let name = options["gmsaCredentialSpecName"] {
      errors += ObjectName.problems(subdomain: name.string ?? "").map {
        .invalid("\(path).gmsaCredentialSpecName", name, $0)
      }
    }
    if let credential = options["gmsaCredentialSpec"] {
      let count = credential.string?.utf8.count ?? 0
      if count == 0 || count > credentialByteCountMax {
        errors.append(
          .invalid(
            "\(path).gmsaCredentialSpec", credential,
            count == 0
              ? "gmsaCredentialSpec cannot be an empty string"
              : "gmsaCredentialSpec size must be under 64 KiB"))
      }
    }
    if let user = options["runAsUserName"] {
      errors += userProblems(user.string ?? "").map {
        .invalid("\(path).runAsUserName", user, "runAsUserName\($0)")
      }
    }
    return errors
  }

  /// `USER` or `DOMAIN\USER`.
  private static func userProblems(_ text: String) -> [String] {
    if text.isEmpty { return [" cannot be an empty string"] }
    if text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) {
      return [" cannot contain control characters"]
    }
    let parts = text.split(separator: "\\", omittingEmptySubsequences: false).map(String.init)
    guard parts.count <= 2, let user = parts.last else {
      return [" cannot contain more than one backslash"]
    }
    var problems: [String] = []
    if parts.count == 2 {
      if parts[0].utf8.count > domainByteCountMax {
        problems.append("'s Domain length must be under \(domainByteCountMax + 1) characters")
      }
      if !isNetBIOS(parts[0]) && !isDNS(parts[0]) {
        problems.append("'s Domain doesn't match the NetBios nor the DNS format")
      }
    }
    if user.isEmpty {
      problems.append("'s User cannot be empty")
    } else if user.utf8.count > userByteCountMax {
      problems.append("'s User length must not be longer than \(userByteCountMax) characters")
    }
    if !user.isEmpty, user.allSatisfy({ $0 == "." || $0 == " " }) {
      problems.append("'s User cannot contain only periods or spaces")
    }
    if user.contains(where: { #""/\:;|=,+*?<>@[]"#.contains($0) }) {
      problems.append(#"'s User cannot contain the following characters: "/\:;|=,+*?<>@[]"#)
    }
    return problems
  }

  private static func isNetBIOS(_ domain: String) -> Bool {
    let characters = domain.unicodeScalars
    guard let first = characters.first, first != ".",
      characters.count <= netBIOSCharacterCountMax
    else { return false }
    return !domain.contains { #"\/:*?"<>|"#.contains($0) }
  }

  private static func isDNS(_ domain: String) -> Bool {
    domain.split(separator: ".", omittingEmptySubsequences: false).allSatisfy {
      ObjectName.problems(label: $0.lowercased()).isEmpty
    }
  }
}

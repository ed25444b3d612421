import Foundations

/// How an audit log's old files are named, and which of them have to go. Pure.
/// `audit.log` is put aside as `audit-2026-11-26T23-59-59.123.log`.
struct AuditFileNames: Equatable, Sendable {
  let directory: String
  private let stem: String
  private let ending: String

  init(_ path: String) {
    let slash = path.lastIndex(of: "/")
    directory = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    let name = slash.map { path[path.index(after: $0)...] } ?? path[...]
    let dot = name.lastIndex(of: ".") ?? name.endIndex
    stem = name[..<dot] + "-"
    ending = String(name[dot...])
  }

  func backup(at now: Timestamp) -> String {
    // `2026-11-26T23:59:59.123456Z` to the millisecond, without colons.
    let moment = now.microDescription.dropLast(4).replacing(":", with: "-")
    return "\(directory)/\(stem)\(moment)\(ending)"
  }

  /// The old files among `names` that are too many or too old, oldest last.
  func expired(_ names: [String], _ limits: AuditFile.Limits, now: Timestamp) -> [String] {
    let backups = names.compactMap { name in moment(of: name).map { (name: name, moment: $0) } }
      .sorted { $0.moment > $1.moment }
    let oldest = now.advanced(by: .seconds(-limits.ageMaxDays * 86_400))
    return backups.enumerated().filter { position, backup in
      (limits.backupsMax > 0 && position >= limits.backupsMax)
        || (limits.ageMaxDays > 0 && backup.moment < oldest)
    }.map { $0.element.name }
  }

  /// When a file was put aside; `nil` where it is none of ours.
  private func moment(of name: String) -> Timestamp? {
    guard name.hasPrefix(stem), name.hasSuffix(ending),
      name.utf8.count > stem.utf8.count + ending.utf8.count
    else { return nil }
    let text = name.dropFirst(stem.count).dropLast(ending.count)
    let parts = text.split(separator: "T", omittingEmptySubsequences: false)
    guard parts.count == 2 else { return nil }
    return Timestamp("\(parts[0])T\(parts[1].replacing("-", with: ":"))Z")
  }
}

package import Foundations

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// Shows a set of files in a directory such that a reader sees all of the old or all of the new.
///
/// Shape, which programs in containers know: the files lie in a directory named after the moment,
/// `..data` points to that directory, and each visible name points through `..data`. One rename of
/// `..data` changes everything. Blocks on disk.
package struct AtomicWriter {
  private let directory: String
  /// Who may read besides root: files and directories get this group.
  private let groupID: UInt32?

  private static let link = "..data"

  package init(directory: String, groupID: UInt32? = nil) {
    self.directory = directory
    self.groupID = groupID
  }

  /// - Parameters:
  ///   - files: later ones go before earlier ones of the same path.
  ///   - moment: names the new directory.
  /// - Returns: whether anything changed.
  @discardableResult
  package func write(_ files: [VolumeFile], at moment: Timestamp) throws(FileError) -> Bool {
    var content: [String: VolumeFile] = [:]
    for file in files { content[Self.normalized(file.path)] = file }
    let old = try target(of: Self.link)
    if let old, try isUnchanged(content, in: "\(directory)/\(old)") { return false }
    let fresh = try makeDirectory(at: moment)
    for (path, file) in content.sorted(by: { $0.key < $1.key }) {
      try write(file, to: "\(directory)/\(fresh)", path)
    }
    try point("\(directory)/..data_tmp", to: fresh)
    guard rename("\(directory)/..data_tmp", "\(directory)/\(Self.link)") == 0 else {
      throw FileError("rename", "\(directory)/..data_tmp", errno)
    }
    try show(Set(content.keys.compactMap { $0.split(separator: "/").first.map(String.init) }))
    if let old, old != fresh { try FileTree.remove("\(directory)/\(old)") }
    return true
  }

  private static func normalized(_ path: String) -> String {
    path.split(separator: "/").filter { $0 != "." }.joined(separator: "/")
  }

  // MARK: Comparing

  private func isUnchanged(
    _ content: [String: VolumeFile], in root: String
  ) throws(FileError) -> Bool {
    let present = try FileTree.files(below: root)
    guard Set(present) == Set(content.keys) else { return false }
    for (path, file) in content {
      guard try DurableFile.read("\(root)/\(path)") == file.bytes else { return false }
    }
    return true
  }

  /// Where a link of ours points; `nil` where there is none.
  private func target(of name: String) throws(FileError) -> String? {
    let path = "\(directory)/\(name)"
    var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
    let count = buffer.withUnsafeMutableBytes {
      readlink(path, $0.baseAddress!.assumingMemoryBound(to: CChar.self), $0.count)
    }
    guard count >= 0 else {
      if errno == ENOENT { return nil }
      throw FileError("read the link", path, errno)
    }
    return String(decoding: buffer.prefix(count), as: UTF8.self)
  }

  // MARK: Writing

  private func makeDirectory(at moment: Timestamp) throws(FileError) -> String {
    // 2026-01-31T23:59:59.123456789Z → ..2026_01_31_23_59_59.123456789
    let name = moment.nanoDescription.dropLast().map {
      $0 == "-" || $0 == "T" || $0 == ":" ? "_" : $0
    }
    for attempt in 0..<100 {
      let fresh = ".." + String(name) + (attempt == 0 ? "" : "-\(attempt)")
      let path = "\(directory)/\(fresh)"
      if mkdir(path, 0o755) == 0 {
        try own(path, mode: 0o755, userID: nil)
        return fresh
      }
      guard errno == EEXIST else { throw FileError("make directory", path, errno) }
    }
    throw FileError("make directory", "\(directory)/..\(String(name))", EEXIST)
  }

  private func write(
    _ file: VolumeFile, to root: String, _ path: String
  ) throws(FileError) {
    var parent = root
    for part in path.split(separator: "/").dropLast() {
      parent += "/\(part)"
      if mkdir(parent, 0o755) == 0 {
        try own(parent, mode: 0o755, userID: nil)
      } else if errno != EEXIST {
        throw FileError("make directory", parent, errno)
      }
    }
    let whole = "\(root)/\(path)"
    // The group sees what the owner sees.
    let mode = groupID == nil ? file.mode : file.mode | (file.mode & 0o400) >> 3
    try FileTree.write(file.bytes, to: whole, mode: mode)
    try own(whole, mode: mode, userID: file.userID)
  }

  private func own(_ path: String, mode: UInt32, userID: UInt32?) throws(FileError) {
    let unchanged = UInt32.max
    if groupID != nil || userID != nil {
      guard chown(path, userID ?? unchanged, groupID ?? unchanged) == 0 else {
        throw FileError("change the owner of", path, errno)
      }
    }
    guard chmod(path, mode) == 0 else { throw FileError("change the mode of", path, errno) }
  }

  // MARK: Links

  private func point(_ link: String, to target: String) throws(FileError) {
    unlink(link)
    guard symlink(target, link) == 0 else { throw FileError("make the link", link, errno) }
  }

  /// Makes links for new names, and removes those of names that are gone.
  private func show(_ names: Set<String>) throws(FileError) {
    for name in names where try target(of: name) != "\(Self.link)/\(name)" {
      try point("\(directory)/\(name)", to: "\(Self.link)/\(name)")
    }
    for name in try HostDirectory.names(in: directory)
    where !name.hasPrefix("..") && !names.contains(name) {
      unlink("\(directory)/\(name)")
    }
  }
}

import Foundations

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// What `martlet image build` was asked for: host files put into one layer.
package struct ImageBuildPlan: Sendable {
  /// Without files: they come from `files`.
  package var recipe: ImageRecipe
  /// Each `HOST-PATH:/IMAGE-PATH` or `HOST-PATH:/IMAGE-PATH:MODE`; a directory brings what is
  /// below it, symbolic links as such. The mode is octal, and the host file's own without it.
  package var files: [String]
  /// Each `/IMAGE-PATH=TARGET`, as in `/bin/sh=busybox`.
  package var links: [String]

  package init(recipe: ImageRecipe, files: [String], links: [String]) {
    self.recipe = recipe
    self.files = files
    self.links = links
  }

  /// Reads the files and makes the archive. Blocks on disk.
  /// - Throws: `ImageError` or `FileError`.
  package func archive() throws -> [UInt8] { try OCIImageWriter.archive(gathered()) }

  /// The recipe with all that `files` and `links` name.
  func gathered() throws -> ImageRecipe {
    var recipe = recipe
    for argument in files {
      let parts = argument.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
      guard (2...3).contains(parts.count), parts[1].hasPrefix("/") else {
        throw ImageError.badFileArgument(argument)
      }
      var mode: UInt16?
      if parts.count == 3 {
        mode = UInt16(parts[2], radix: 8)
        guard let mode, mode <= 0o7777 else { throw ImageError.badFileArgument(argument) }
      }
      try add(parts[0], as: parts[1], mode: mode, to: &recipe)
    }
    for argument in links {
      guard let sign = argument.firstIndex(of: "="), argument.hasPrefix("/") else {
        throw ImageError.badFileArgument(argument)
      }
      let target = String(argument[argument.index(after: sign)...])
      recipe.files.append(
        ImageFile(String(argument[..<sign]), .symbolicLink(to: target), mode: 0o777))
    }
    return recipe
  }

  /// The archive is made in memory.
  private static let fileByteCountMax = 1 << 30

  private func add(
    _ hostPath: String, as path: String, mode: UInt16?, to recipe: inout ImageRecipe
  ) throws {
    var status = stat()
    guard stat(hostPath, &status) == 0 else { throw FileError("read", hostPath, errno) }
    let ownMode = mode ?? UInt16(truncatingIfNeeded: status.st_mode & 0o7777)
    guard status.st_mode & S_IFMT == S_IFDIR else {
      guard let content = try DurableFile.read(hostPath, byteCountMax: Self.fileByteCountMax)
      else {
        throw FileError("read", hostPath, ENOENT)
      }
      recipe.files.append(ImageFile(path, .file(content), mode: ownMode))
      return
    }
    // The root is there without an entry.
    let base = path == "/" ? "" : path
    if !base.isEmpty {
      recipe.files.append(ImageFile(base, .directory, mode: ownMode | 0o111))
    }
    for name in try HostDirectory.names(in: hostPath) {
      // What a link names is in the image, or will be: it is not the host's.
      if let target = try Self.target(ofLink: "\(hostPath)/\(name)") {
        recipe.files.append(ImageFile("\(base)/\(name)", .symbolicLink(to: target), mode: 0o777))
      } else {
        try add("\(hostPath)/\(name)", as: "\(base)/\(name)", mode: mode, to: &recipe)
      }
    }
  }

  /// `nil` for what is no symbolic link.
  private static func target(ofLink path: String) throws(FileError) -> String? {
    var status = stat()
    guard lstat(path, &status) == 0 else { throw FileError("read", path, errno) }
    guard status.st_mode & S_IFMT == S_IFLNK else { return nil }
    var target = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = readlink(path, &target, target.count)
    guard count >= 0 else { throw FileError("read the link", path, errno) }
    return String(decoding: target.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}

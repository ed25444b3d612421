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
  /// below it. The mode is octal, and the host file's own without it.
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
  package func archive() throws -> [UInt8] {
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
    return try OCIImageWriter.archive(recipe)
  }

  private func add(
    _ hostPath: String, as path: String, mode: UInt16?, to recipe: inout ImageRecipe
  ) throws {
    var status = stat()
    guard stat(hostPath, &status) == 0 else { throw FileError("read", hostPath, errno) }
    let ownMode = mode ?? UInt16(truncatingIfNeeded: status.st_mode & 0o7777)
    guard status.st_mode & S_IFMT == S_IFDIR else {
      guard let content = try DurableFile.read(hostPath) else {
        throw FileError("read", hostPath, ENOENT)
      }
      recipe.files.append(ImageFile(path, .file(content), mode: ownMode))
      return
    }
    recipe.files.append(ImageFile(path, .directory, mode: ownMode | 0o111))
    for name in try HostDirectory.names(in: hostPath) {
      try add("\(hostPath)/\(name)", as: "\(path)/\(name)", mode: mode, to: &recipe)
    }
  }
}

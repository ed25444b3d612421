/// The image that every pod's sandbox is made from: one program that waits. It is part of this
/// program, so that a node starts its first pod without a registry.
package enum PauseImage {
  /// Changes with the program, so that a newer Martlet never runs an older image by accident.
  package static let reference = "martlet.local/pause:1"

  /// - Throws: `.unsupportedArchitecture`.
  package static func archive() throws -> [UInt8] {
    guard let architecture = ImageRecipe.Architecture.current else {
      throw ImageError.unsupportedArchitecture
    }
    return try archive(for: architecture)
  }

  static func archive(for architecture: ImageRecipe.Architecture) throws -> [UInt8] {
    let program = architecture == .amd64 ? PauseProgram.x86_64 : PauseProgram.arm64
    var recipe = ImageRecipe(
      reference: reference, architecture: architecture,
      files: [ImageFile("/pause", .file(program), mode: 0o755)])
    recipe.entrypoint = ["/pause"]
    recipe.user = "65535:65535"  // nobody: it needs no rights
    return try OCIImageWriter.archive(recipe)
  }
}

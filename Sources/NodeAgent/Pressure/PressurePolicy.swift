package import Foundations

/// When a node makes room, and how much. `init()` is kubelet's defaults.
package struct PressurePolicy: Equatable, Sendable {
  package var thresholds = EvictionThreshold.defaults
  /// How long a condition stands after its cause was last seen.
  package var transition: Duration = .seconds(300)
  package var images = ImageCollectionPolicy()

  package init() {}
}

/// When unused images are removed. `init()` is kubelet's defaults.
package struct ImageCollectionPolicy: Equatable, Sendable {
  /// Of the file system of images, in percent; 100 is never.
  package var highPercent = 85
  /// Down to where they are removed then.
  package var lowPercent = 80
  /// How long an image is kept at least after it was first seen.
  package var ageMin: Duration = .seconds(120)

  package init() {}
}

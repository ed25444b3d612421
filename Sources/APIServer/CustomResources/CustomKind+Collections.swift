import Resources
import Store

/// The collections of a custom kind's versions, over one place in the store.
extension CustomKind {
  struct CollectionMaking {
    let stored: CustomVersion
    let cache: WatchCache
    let generation: Int
    let start: SchemaStart
  }

  /// By version: without a webhook, versions differ in nothing but their name, and in what their
  /// schemas know. One collection stores the objects, the others are views of it.
  func viewing(_ making: CollectionMaking, _ parts: Parts) -> [String: Collection] {
    let stored = making.stored
    let kind = versionedKind(making) { version in
      VersionConversion(toStored: { $0 }, fromStored: { version.refreshed($0) })
    }
    let byVersion = byVersion
    let rulesOfVersions = byVersion.mapValues(CustomRules.init)
    let storage = Collection(
      resource: resourceType(stored), rules: rules(stored), store: parts.store,
      cache: making.cache, admission: parts.admission, webhooks: parts.webhooks, versions: kind,
      applyDefaults: { stored.schema.applyDefaults(&$0) },
      validate: { new, old, _, apiVersion in
        guard let version = byVersion[apiVersion] else { return [] }
        return version.errors(
          in: kind.converted(new, to: apiVersion),
          replacing: old.map { kind.converted($0, to: apiVersion) },
          rulesOfVersions[apiVersion]?.problems)
      }, now: parts.now)
    return byVersion.mapValues { version in
      version === stored
        ? storage
        : Collection(showing: storage, as: resourceType(version), kind, rules: rules(version))
    }
  }

  /// By version: where a webhook converts, each collection works in its own version.
  func converting(_ making: CollectionMaking, by webhook: Document, _ parts: Parts)
    -> [String: Collection]
  {
    let conversion = CustomConversion(
      ConversionWebhook(webhook, clients: parts.conversions), versions: versions,
      stored: making.stored, generation: making.generation, start: making.start)
    let kind = versionedKind(
      making, external: ConversionAnswers.convert,
      conversion: { _ in .sameMembers })
    return byVersion.mapValues { version in
      let rulesOfVersion = CustomRules(version)
      return Collection(
        resource: resourceType(version), rules: rules(version), store: parts.store,
        cache: making.cache, admission: parts.admission, webhooks: parts.webhooks, versions: kind,
        conversion: conversion, applyDefaults: { version.schema.applyDefaults(&$0) },
        validate: { new, old, _, _ in
          version.errors(in: new, replacing: old, rulesOfVersion.problems)
        },
        now: parts.now)
    }
  }

  private var byVersion: [String: CustomVersion] {
    Dictionary(
      versions.map { ($0.kind.apiVersion, $0) }, uniquingKeysWith: { first, _ in first })
  }

  private func versionedKind(
    _ making: CollectionMaking, external: VersionedKind.External? = nil,
    conversion: (CustomVersion) -> VersionConversion
  ) -> VersionedKind {
    func version(_ version: CustomVersion) -> VersionedKind.Version {
      VersionedKind.Version(
        kind: version.kind, compiling: { version.type }, conversion: conversion(version))
    }
    let byVersion = byVersion
    let start = making.start
    return VersionedKind(
      stored: version(making.stored),
      others: versions.filter { $0 !== making.stored }.map(version),
      refresh: VersionedKind.Refresh(
        generation: making.generation, isNeeded: { start.isBefore($0) },
        apply: { byVersion[$1]?.refreshed($0) ?? $0 }), external: external)
  }
}

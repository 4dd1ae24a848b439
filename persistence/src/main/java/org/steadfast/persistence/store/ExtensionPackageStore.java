package org.steadfast.persistence.store;

import java.util.List;
import java.util.Optional;

/** Which packages of entities are installed. Safe for use by several threads. */
public interface ExtensionPackageStore {
    Optional<ExtensionPackage> find(String name) throws StoreException;

    /** All of them, in the order of their names. */
    List<ExtensionPackage> list() throws StoreException;

    /** Keeps a package, in the place of one of the same name. */
    void put(ExtensionPackage installed) throws StoreException;

    /** False where there was none. */
    boolean delete(String name) throws StoreException;
}

package org.steadfast.it.shared;

import java.util.Comparator;
import java.util.Optional;
import org.junit.jupiter.api.ClassDescriptor;
import org.junit.jupiter.api.ClassOrderer;
import org.junit.jupiter.api.ClassOrdererContext;

/** Puts test classes that use the same cluster beside each other, so that it is made once. */
public final class ByCluster implements ClassOrderer {
    @Override
    public void orderClasses(ClassOrdererContext context) {
        context.getClassDescriptors()
                .sort(Comparator.comparing(ByCluster::kind)
                        .thenComparing(test -> test.getTestClass().getName()));
    }

    private static String kind(ClassDescriptor test) {
        return Optional.ofNullable(test.getTestClass().getAnnotation(OnCluster.class))
                .map(SharedCluster::kind)
                .orElse("");
    }
}

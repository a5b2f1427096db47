package io.millrace.demo.offload;

import io.vertx.core.json.JsonObject;

/**
 * One row of the table. Everything follows from the id, so that whoever asks the server can tell whether an answer is right
 * without asking the database.
 *
 * @param id 0 for the first row
 * @param name a syllable for every two decimal digits of the id, three at least: "Bababa" is the first city
 * @param population {@code id * 7919 % 1000003}
 */
record City(long id, String name, long population) {
    private static final String CONSONANTS = "bcdfghjklmnprstvwxyz";
    private static final String VOWELS = "aeiou";
    private static final int SYLLABLES = CONSONANTS.length() * VOWELS.length();
    private static final int LEAST_SYLLABLES = 3;

    static City of(long id) {
        return new City(id, name(id), id * 7919 % 1_000_003);
    }

    private static String name(long id) {
        StringBuilder reversed = new StringBuilder();
        long rest = id;
        for (int syllables = 0; syllables < LEAST_SYLLABLES || rest > 0; syllables++) {
            int syllable = (int) (rest % SYLLABLES);
            reversed.append(VOWELS.charAt(syllable % VOWELS.length()))
                    .append(CONSONANTS.charAt(syllable / VOWELS.length()));
            rest /= SYLLABLES;
        }
        int first = reversed.length() - 1;
        reversed.setCharAt(first, Character.toUpperCase(reversed.charAt(first)));
        return reversed.reverse().toString();
    }

    JsonObject json() {
        return new JsonObject().put("id", id).put("name", name).put("population", population);
    }
}

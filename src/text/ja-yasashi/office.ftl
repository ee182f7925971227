# やさしい日本語: staff pages differ in nothing.

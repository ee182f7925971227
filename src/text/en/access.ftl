# Coming in: staff by password and code, family by slip and PIN; joining a care team.
access-sign-in = Sign in for care staff
access-sign-in-about = For everyone who works in medical care, home care or at the desk.
access-email = E-mail address
access-password = Password
access-next = Next
access-step = Step { $step } of { $total }
access-sign-in-family = Family members, this way
access-sign-in-lost = If you cannot get in, please ask the person in charge at your office, or call the desk.
access-sign-in-wrong = The e-mail address or the password does not seem right. Please look again.

access-code = Enter your confirmation code
access-code-about = The six digits that the app on your registered phone shows now. They change every 30 seconds.
access-code-label = Confirmation code
access-code-hint = 6 digits
access-code-enter = Sign in
access-code-wrong = That code does not seem right. Please enter the one shown now.
access-code-other = Sign in as someone else

access-slip = Register for the first time
access-slip-about = This page is for the person named on the family slip from the desk.
access-slip-until = The slip can be used until { $date }.
access-slip-digits = Last 4 digits of your telephone number
access-slip-digits-hint = The number of yours that stands on the application form.
access-slip-digits-wrong = Those digits do not seem right. They are the last four of the number on the application form.
access-pin-choose = Choose a PIN
access-pin-choose-hint = 6 to 10 digits. Birthdays and simple patterns cannot be used.
access-pin-again = The same PIN once more
access-pin-weak = That PIN is easy to guess. Please choose another one.
access-pin-differs = The two PINs are not the same. Please enter them again.
access-pin-length = Please use 6 to 10 digits.
access-slip-save = Register this phone
access-slip-told = That you registered is kept in this notebook’s record, which the other family members and the desk can see.
access-slip-used = This slip cannot be used
access-slip-used-about = It has been used already, or its time is over. Please call the desk; they will give you a new one.

access-unlock = Welcome back
access-unlock-about = Enter your PIN to open the notebook.
access-pin = PIN
access-unlock-enter = Open
access-unlock-wrong = This PIN does not look right. Please enter it again.
access-unlock-forgot = If you have forgotten your PIN
access-unlock-forgot-about = Please call the desk. They check the application form and give you a new slip.

access-signed-out = You are signed out
access-signed-out-about = Nothing is left on this screen. Thank you.
access-signed-out-again = Sign in again
access-signed-out-idle = It was closed because it was not used for a while. What you were writing may not have been kept.

access-join = Join this person’s care team
access-join-you = Who joins
access-join-sees = What you will see
access-join-sees-about = The summary (standing instructions, allergies, medicines, last values) and the entries of the last 14 days. You can also write and take photos.
access-join-later = Older entries open after 72 hours, or as soon as the care manager agrees.
access-join-told = { $name } and the rest of the care team can see that you joined.
access-join-diary = That you joined, and what you read, is kept in a record that the person and the family can read.
access-join-why = What brings you here?
access-join-why-charge = I am now in charge
access-join-why-charge-note = I will visit or see this person regularly
access-join-why-instead = I am standing in for someone
access-join-why-instead-note = Today only, or a few days. You can read older entries too. This ends after 7 days
access-join-why-duty = I am on duty or in emergency care
access-join-why-duty-note = You can read older entries too. This ends after 7 days
access-join-enter = Join the care team
access-join-not = This is not the right person

access-at-the-desk = Please ask at the desk
access-at-the-desk-about = If you would like to read this notebook, please call the desk.
access-password-short = Please use at least 15 characters.
access-password-long = Please use at most 256 characters.

access-profession-physician = Doctor
access-profession-dentist = Dentist
access-profession-pharmacist = Pharmacist
access-profession-nurse = Nurse
access-profession-therapist = Therapist
access-profession-dietitian = Dietitian
access-profession-care_manager = Care manager
access-profession-care_worker = Care worker
access-profession-social_worker = Social worker
access-profession-welfare_commissioner = Welfare commissioner
access-profession-clerk = Clerk
access-profession-other = Supporter
